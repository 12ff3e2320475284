/**
 * The messages of the websocket and the bodies of the API, as the player reads them. Frames count the show's own clock,
 * which stands still in a pause; nothing here is a wall time.
 *
 * @typedef {{session: string, token: string, whep: string, socket: string, room?: string | null,
 *   link?: string, qr?: string, ice?: string}} Session
 *
 * @typedef {{id: string, label: string, available: boolean, shown_frame?: number, hidden_frame?: number | null}} Choice
 * @typedef {{id: string, kind: 'slider', label: string, low: number, high: number, step: number | null, value: number}} Slider
 * @typedef {{value: number | string | boolean, label: string, colour: string}} Option
 * @typedef {{id: string, kind: 'swatches', label: string, options: Option[], value: Option['value'] | null}} Swatches
 * @typedef {{id: string, kind: 'text', label: string, max_length: number, placeholder: string, value: string,
 *   understood?: string | null}} TextField
 * @typedef {Slider | Swatches | TextField} Control
 * @typedef {{poll: string, prompt: string, choices: Choice[], controls?: Control[], deadline_frame?: number | null,
 *   default?: string | null, shown_frame?: number}} Ask
 * @typedef {{id: string, title: string}} Ending
 * @typedef {{id: string, text: string, who?: string | null}} Line
 *
 * @typedef {{type: 'hello', session: string, story: string, seed: number, fps: number, width: number, height: number,
 *   seq: number, language?: string | null}} Hello
 * @typedef {{type: 'moment', seq: number, frame: number, scene: string, lines: Line[], ask?: Ask | null,
 *   ending?: Ending | null, back?: boolean}} Moment
 * @typedef {{type: 'caption', who?: string | null, text: string, start_frame: number, end_frame: number,
 *   word_frames?: number[]}} Caption
 * @typedef {{type: 'tally', poll: string, votes: Record<string, number>, voters: number, decided?: string | null}} Tally
 * @typedef {{type: 'preview', poll: string, choice: string}} Preview
 * @typedef {{type: 'ack', id: string, seq: number, frame: number}} Ack
 * @typedef {{type: 'refused', id?: string | null, code: string, message: string}} Refused
 * @typedef {Hello | Moment | Caption | Tally | Preview | Ack | Refused} FromServer
 *
 * What an element asks for, in the detail of its bubbling `ask` event. The first group goes to the server, the second
 * stays in the page.
 * @typedef {{type: 'choose', poll: string, choice: string, label: string}} Choose
 * @typedef {{type: 'steer', control: string, value: number | string | boolean, settled: () => void}} Steer
 * @typedef {{type: 'say', poll: string, text: string, answered: (taken: boolean) => void}} Say
 * @typedef {{type: 'back'} | {type: 'pause'} | {type: 'resume'}} Steering
 * @typedef {{type: 'again' | 'play' | 'mute' | 'fullscreen' | 'help' | 'captions' | 'statistics' | 'transcript' | 'map'
 *   | 'settings' | 'together' | 'share' | 'save' | 'window' | 'close'} | {type: 'remark', text: string}} Local
 * @typedef {Choose | Steer | Say | Steering} ToServer
 * @typedef {ToServer | Local} Asked
 */

export {};
