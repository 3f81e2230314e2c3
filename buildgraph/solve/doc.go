// Package solve runs one build on a BuildKit and tells it as build events.
//
// A Request becomes a session (build context, Dockerfile, secrets, credentials),
// a solve of the Dockerfile frontend through BuildKit's gateway, and an export
// into a store that can be inspected. What the engine reports comes back through
// three things that know nothing of each other:
//
//   - attribution says which steps of the graph a vertex carries out. The LLB that
//     the frontend made tells by source location; names are the fallback.
//   - translator turns client.SolveStatus into build.Event, cleaned of control
//     sequences and of secrets.
//   - explain turns the error of a failed build into one sentence and a hint.
//
// Everything that may go wrong ends as the build's End event, so that whoever
// shows builds has one way to show it.
package solve
