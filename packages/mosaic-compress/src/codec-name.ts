/** Name of the codec in `PageFormat.codec`. */
export const CODEC_NAME = "mosaic-packed";
