/** What an application needs to hold a connection: for now, where to find the server. */

export { socketUrl } from "./address.ts";
