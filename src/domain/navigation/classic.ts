/** Of the element that holds what a classic page has of its own: the console takes it out of there (SH5). */
export const CLASSIC_PART_ID = 'classic-part'
