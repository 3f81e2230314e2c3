// Package baseline answers why a step ran that ran before: it keeps of each build
// what a later one must be compared with, and names the differences.
//
// BuildKit looks a step up in its cache by what the step is (its LLB op) and by
// what goes into it: the results of earlier steps by their own keys, and files
// that are copied or mounted by their content. It never tells what did not
// match. So the same is done here, on both sides of the comparison:
//
//   - Definition cuts the LLB of a target into units, one a step, each described
//     by fields and by inputs.
//   - Tree lists the files of a local context as the engine sees them and knows
//     their content's digest, for most of them from the bytes that the engine
//     asked for anyway.
//   - Record is both of a build, on disk (see Store).
//   - Judge compares a unit with the one of the record that it descends from.
//
// A cause is only named that was found. Where all that can be seen is the same,
// the result must be gone from the cache; where something cannot be seen, such
// as what a URL serves, that is said instead.
package baseline
