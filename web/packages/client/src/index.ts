/**
 * What an application needs to talk to AirDesk: a connection that reconnects and resumes, an
 * outbox that loses nothing, and what a page shows of a conversation.
 */

export { socketUrl } from "./address.ts";
export { BackOff } from "./back_off.ts";
export * from "./browser.ts";
export * from "./conversations.ts";
export { systemClock, type Clock } from "./clock.ts";
export * from "./connection.ts";
export { DeviceOutbox, type Answer, type OutboxPlaces } from "./device_outbox.ts";
export { ButtonOperations, Draft, type Written } from "./draft.ts";
export { ALONE, webLock, type DrainLock } from "./drain_lock.ts";
export * as clientLimits from "./limits.ts";
export { Mint } from "./mint.ts";
export * from "./outbox_store.ts";
export { browserSignals, type PageSignals, type SignalWatcher } from "./page_signals.ts";
export { systemRandom, type RandomSource } from "./random.ts";
export { NO_CHANNEL, broadcastChannel, type TabChannel } from "./tab_channel.ts";
export { Thread, type OwnMessage, type ThreadEvent, type ThreadFrame } from "./thread.ts";
export * from "./transport.ts";
