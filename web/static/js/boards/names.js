// What a tile is called where it is spoken of.

export const tileName = (tile) => tile.report?.name ?? `Text: ${tile.text.split("\n")[0].slice(0, 60)}`;
