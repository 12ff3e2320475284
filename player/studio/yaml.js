/**
 * A look as the lines of a scene.
 *
 * @param {string} prompt
 * @param {Record<string, number | string>} axes those that were moved
 */
export function yaml(prompt, axes) {
  const names = Object.keys(axes);
  const lines = [`prompt: ${scalar(prompt)}`];
  if (names.length > 0) lines.push(`axes: {${names.map((name) => `${name}: ${axes[name]}`).join(', ')}}`);
  return lines.join('\n');
}

/** A text that YAML reads as it is: plain where it can be, else in quotes, which JSON writes as YAML reads them. @param {string} text */
function scalar(text) {
  const plain = /^[A-Za-z][\w ',.()-]*$/.test(text) && !/\s$/.test(text) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(text);
  return plain ? text : JSON.stringify(text);
}
