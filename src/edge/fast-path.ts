/**
 * Whether frames are read and written by our own code where that is faster than `ws`. With `SLUICE_WIRE=plain` in the
 * environment everything goes through `ws`: to compare the two, or should one of them ever be suspected.
 */
export const fastPath: boolean = process.env.SLUICE_WIRE !== 'plain';
