/** How a site vouches for its customers; the same as in docs/embed.md. */

/** What the site's server does, by the language that it is written in. */
export const SERVER_EXAMPLES = {
  PHP: "$hmac = hash_hmac('sha256', $userId, getenv('AIRDESK_IDENTIFY_SECRET'));",
  Python: `import hashlib, hmac, os

key = os.environ["AIRDESK_IDENTIFY_SECRET"].encode()
proof = hmac.new(key, user_id.encode(), hashlib.sha256).hexdigest()`,
  "Node.js": `import { createHmac } from "node:crypto";

const hmac = createHmac("sha256", process.env.AIRDESK_IDENTIFY_SECRET).update(userId).digest("hex");`,
} as const;

/** What its page does, each time that it is loaded. */
export const PAGE_EXAMPLE =
  'AirDesk("identify", { userId: "4711", hmac: "…", name: "Lin Xiao", email: "lin@shop.example" });';
