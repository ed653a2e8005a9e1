/** Where this fits the panel fills the screen. */
export const PHONE = "(max-width:480px),(max-height:480px) and (pointer:coarse)";

/**
 * The style of bubble and panel. It goes into a constructed style sheet of a shadow root, which a
 * strict Content-Security-Policy of the host allows and which the host's own style cannot reach.
 */
export const STYLE = `:host{all:initial!important;position:fixed!important;z-index:2147483000!important}
.b,.p{position:fixed;box-sizing:border-box;border:0;padding:0;right:var(--x);bottom:var(--y)}
.l *{left:var(--x);right:auto;transform-origin:0 100%}
.b{width:60px;height:60px;border-radius:50%;background:var(--c);color:var(--t);cursor:pointer;box-shadow:0 1px 3px #0c142629,0 8px 28px #0c142638;transition:transform .18s;animation:i .25s}
.b:hover{transform:scale(1.06)}
.b:focus-visible{outline:3px solid var(--c);outline-offset:3px}
svg{position:absolute;inset:0!important;margin:auto;width:28px;height:28px;transition:.2s;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
svg+svg,.o svg{opacity:0;transform:rotate(60deg)}
.o svg+svg{opacity:1;transform:none}
.n{position:absolute;inset:-4px -4px auto auto!important;min-width:18px;padding:0 5px;border-radius:12px;border:2px solid #fff;background:#d92d30;color:#fff;font:600 12px/20px system-ui,sans-serif}
.n:empty{display:none}
.p{margin-bottom:76px;width:400px;max-width:calc(100vw - 2*var(--x));height:min(704px,100vh - var(--y) - 96px);border-radius:18px;overflow:hidden;background:linear-gradient(var(--c) 72px,var(--g,#fff) 0);box-shadow:0 0 0 1px #0c142610,0 8px 28px #0c142638,0 18px 56px #0c142629;transform-origin:100% 100%;visibility:hidden;opacity:0;transform:translateY(14px) scale(.97);transition:.2s cubic-bezier(.2,.8,.3,1)}
.o .p{visibility:visible;opacity:1;transform:none}
.d{--g:#15181e}
iframe{width:100%;height:100%;border:0;color-scheme:light;opacity:0;transition:.12s}
.d iframe{color-scheme:dark}
.s iframe{opacity:1}
@media${PHONE}{.p{inset:var(--v,0) 0 auto!important;margin:0;width:100%;max-width:none;height:var(--h,100dvh);border-radius:0;padding:env(safe-area-inset-top) env(safe-area-inset-right) env(safe-area-inset-bottom) env(safe-area-inset-left)}
.o .b{visibility:hidden}
.b{margin-bottom:env(safe-area-inset-bottom)}}
@media(prefers-reduced-motion:reduce){*{transition:none!important;animation:none!important}}
@keyframes i{from{opacity:0;transform:scale(.5)}}`;
