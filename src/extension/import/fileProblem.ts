/** What is wrong with a file of another program, in words of ours: libraries quote the line that they stumbled over, and a password may stand in it. */
export class FileProblem extends Error {}
