/** Where the code lies in an image, as in an installation: what is rendered for one holds for the other. */
export const RELEASE = 'opt/holdfast/current'

/** In an image: which one it is, and of what version. Made when the files are put together. */
export const IMAGE_MARK = `${RELEASE}/image.json`
