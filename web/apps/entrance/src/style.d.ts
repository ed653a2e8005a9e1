/** Vite turns an imported style into a file of its own. */
declare module "*.css";
