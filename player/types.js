/**
 * The messages of the websocket and the bodies of the API, as the player reads them. Frames count the show's own clock,
 * which stands still in a pause; nothing here is a wall time.
 *
 * @typedef {{session: string, token: string, whep: string, socket: string, room?: string | null}} Session
 *
 * @typedef {{id: string, label: string, available: boolean}} Choice
 * @typedef {{poll: string, prompt: string, choices: Choice[], deadline_frame?: number | null, default?: string | null}} Ask
 * @typedef {{id: string, title: string}} Ending
 * @typedef {{id: string, text: string, who?: string | null}} Line
 *
 * @typedef {{type: 'hello', session: string, story: string, seed: number, fps: number, width: number, height: number,
 *   seq: number}} Hello
 * @typedef {{type: 'moment', seq: number, frame: number, scene: string, lines: Line[], ask?: Ask | null,
 *   ending?: Ending | null}} Moment
 * @typedef {{type: 'caption', who?: string | null, text: string, start_frame: number, end_frame: number}} Caption
 * @typedef {{type: 'ack', id: string, seq: number, frame: number}} Ack
 * @typedef {{type: 'refused', id?: string | null, code: string, message: string}} Refused
 * @typedef {Hello | Moment | Caption | Ack | Refused} FromServer
 *
 * What an element asks for, in the detail of its bubbling `ask` event. The first group goes to the server, the second
 * stays in the page.
 * @typedef {{type: 'choose', poll: string, choice: string}} Choose
 * @typedef {{type: 'back'} | {type: 'pause'} | {type: 'resume'}} Steering
 * @typedef {{type: 'again'} | {type: 'play'} | {type: 'mute'} | {type: 'fullscreen'} | {type: 'help'}
 *   | {type: 'captions'} | {type: 'statistics'} | {type: 'remark', text: string}} Local
 * @typedef {Choose | Steering} ToServer
 * @typedef {ToServer | Local} Asked
 */

export {};
