// Package compare puts two to four images side by side: targets of one Dockerfile, two
// versions of one, any others. What a screen, a report and a page show of a comparison
// comes from here, so that none tells another story.
//
// The first side is what the others are measured against: "added" is what it has not
// got, "removed" is what only it has.
package compare

import (
	"time"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/probe"
	"github.com/stagedive/stagedive/model/saving"
)

// Most is how many sides fit beside one another.
const Most = 4

// Side is one of the images.
type Side struct {
	Name   string            // what stands above its column: a stage, a reference, a commit
	Detail string            // where it comes from, in a few words; "" when the name says it
	Image  *image.Image      // nil when there is none, which Problem explains
	Found  []finding.Finding // in it
	Graph  *model.Graph      // of the Dockerfile that it was built from; nil when none is known
	Proofs [][]saving.Proof  // by layer, for what could go from it; may be nil
	Build  *Build            // of the build that made it; nil when it was not built now
	Probes []probe.Outcome   // what came of asking it to do something; nil when nothing was asked
	// Problem is why there is no image, as a sentence.
	Problem string
	// Notes are sentences about the side that a reader of the numbers should know: what of
	// it is not there, what it differs in for another reason than its own.
	Notes []string
}

// Read says whether all of its image is known: that it is there, and every layer of it
// could be read.
func (s Side) Read() bool { return s.Image != nil && len(s.Image.Unread()) == 0 }

// Build is what building a side came to.
type Build struct {
	Elapsed time.Duration // wall time; sides that were built together share it
	Busy    time.Duration // of the steps that this side needs, added up
	Cached  int           // steps that it needs and the cache had
	Ran     int           // steps that it needs and that ran
}

// Comparison is images side by side. It never changes, so any number of goroutines may
// read it.
type Comparison struct {
	Sides []Side
	files *Files
}

// New compares sides. It takes time linear in the number of their files.
func New(sides ...Side) *Comparison {
	trees := make([]*image.Tree, len(sides))
	for i, s := range sides {
		if s.Image != nil {
			trees[i] = files(s.Image)
		}
	}
	return &Comparison{Sides: sides, files: align(trees)}
}

// files is what an image's layers add up to.
func files(im *image.Image) *image.Tree {
	layers := make([]*image.Tree, len(im.Layers))
	for i, l := range im.Layers {
		layers[i] = l.Tree
	}
	return image.Stack(layers...)
}

// Tree is the files of a side, all its layers together; nil when it has no image.
func (c *Comparison) Tree(side int) *image.Tree { return c.files.trees[side] }

// Files are the paths of all sides beside one another.
func (c *Comparison) Files() *Files { return c.files }

// Against says what the first side's files became in another, as a tree (see
// image.Diff); nil for the first, and where one of the two has no image. It is made
// anew by each call, in time linear in the number of files: Files knows the same
// without it.
func (c *Comparison) Against(side int) *image.Tree {
	if side == 0 || c.Tree(0) == nil || c.Tree(side) == nil {
		return nil
	}
	return image.Diff(c.Tree(0), c.Tree(side))
}

// Complete says whether every side has an image.
func (c *Comparison) Complete() bool {
	for _, s := range c.Sides {
		if s.Image == nil {
			return false
		}
	}
	return true
}
