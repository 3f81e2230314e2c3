package finding

// Taken is a file of a finding, and where a COPY may have taken it from: enough for
// whoever can look there to find out whether it is the very same.
type Taken struct {
	Path string // in the image, as its layer has it; never for a screen
	Size int64  // bytes
	Sum  uint64 // xxHash64 of its content
	From []Place
}

// Place is where a COPY takes a file from.
type Place struct {
	Stage int    // of the Dockerfile; -1 for the build context
	Path  string // absolute in a stage; in the context below it
	Name  string // as it is told: "builder:/app/src/server.ts"; sanitised
}
