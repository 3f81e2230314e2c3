package model

// Copy is what a COPY or ADD takes and where it puts it, after variables are expanded.
// Words with a variable that only the base image sets are left as they are written.
type Copy struct {
	From    NodeID   `json:"from"`    // the stage, image or named context of --from; None for the build context
	Sources []string `json:"sources"` // below the root of From, globs and all; without downloads and heredocs
	// Dest is where it goes: absolute and clean; "" when it hangs on the base image's
	// working directory, or on its variables.
	Dest string `json:"dest,omitempty"`
	// Below is Dest where that is not known: what is written, below the working
	// directory of the base image; "" else.
	Below string `json:"below,omitempty"`
	// Into says that the destination is written as a directory: a file goes into it.
	Into    bool     `json:"into,omitempty"`
	Parents bool     `json:"parents,omitempty"` // --parents: the sources' directories come along
	Exclude []string `json:"exclude,omitempty"` // of --exclude
	Unpacks bool     `json:"unpacks,omitempty"` // it takes local archives apart (ADD)
}
