// Package leak finds what should have stayed in the builder: compilers, sources,
// caches, version-control directories and credentials, in the final tree and in
// layers whose files a later one deletes.
//
// It works in two steps. While layers stream by, a sink per layer (package mark) reads
// the content of the few files that could prove something, and notes what it did prove.
// Once all are through, Findings joins the notes and the trees of all layers (layer.go):
// each family (matched.go and directories.go for what rules see, packages.go, source.go, …)
// names what it found and the roots that it stands for; nested ones are folded in (fold.go),
// and each is tied to its layer, stage and Dockerfile line (place.go) and told how to mend
// (fix.go).
package leak

import (
	"slices"

	"github.com/stagedive/stagedive/inspect/leak/mark"
	"github.com/stagedive/stagedive/inspect/leak/rules"
	"github.com/stagedive/stagedive/inspect/leak/start"
	"github.com/stagedive/stagedive/inspect/scan"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/inventory"
	"github.com/stagedive/stagedive/model/saving"
)

// Options of a Scanner. The zero value is fine.
type Options struct {
	// Graph is the Dockerfile that built the image, when it is known: fixes then
	// name the instruction on its line.
	Graph *model.Graph
	// Target is the stage of Graph that was built.
	Target int
	// Rules are the rules to judge by; nil for those that stagedive brings along.
	Rules *rules.Set
}

// Scanner is a scan.Detector. It keeps nothing of what it has seen.
type Scanner struct{ opts Options }

var _ scan.Detector = (*Scanner)(nil)

// New returns a scanner.
func New(opts Options) *Scanner {
	if opts.Rules == nil {
		opts.Rules = rules.Builtin()
	}
	return &Scanner{opts}
}

// Rules are the rules that the scanner judges by, sorted by ID.
func (s *Scanner) Rules() []finding.Rule { return s.opts.Rules.Rules() }

// Kind implements scan.Detector. Other rules make other notes.
func (s *Scanner) Kind() string { return mark.Form + "+" + s.opts.Rules.Identity() }

// Begin returns the sink for a layer; it may be called concurrently.
func (s *Scanner) Begin() scan.Sink { return mark.NewSink(s.opts.Rules) }

// Findings says what was found, in finding.Compare's order. im supplies the trees
// and origins of the layers, the configuration and the history, notes what the
// layers' sinks noted; layers that were not scanned count as empty.
func (s *Scanner) Findings(im *image.Image, notes [][]byte) []finding.Finding {
	return s.Judge(im, notes, nil)
}

// Judge is Findings with what inspect/slim has proved of files, by layer: it tells of
// what debuggers read.
func (s *Scanner) Judge(im *image.Image, notes [][]byte, proofs [][]saving.Proof) []finding.Finding {
	v := &view{proofs: proofs, im: attributed(im), graph: s.opts.Graph, target: s.opts.Target, rules: s.opts.Rules, layers: make([]*layer, len(im.Layers))}
	for i := range v.layers {
		var data []byte
		if i < len(notes) {
			data = notes[i]
		}
		v.layers[i] = newLayer(im.Layers[i].Tree, data)
	}
	v.final = start.New(v.im.Config, stacked(v.layers))
	v.forget()
	var leaks []leak
	// Those that find roots come first: what lies below a root is not looked at
	// again by families that it swallows.
	for _, family := range []func(*view) []leak{
		packages, languagePackages, matched, devPackages, walked,
		directories, databases, repositories, sources, sourceMaps, tests, leftovers, keys, credentials, tokens, settings,
		rootUser, privileged, writable, debugInfo, floating, unchecked, openAccounts,
	} {
		for _, l := range family(v) {
			if l.root {
				v.roots = append(v.roots, l)
			}
			leaks = append(leaks, l)
		}
	}
	var found []finding.Finding
	for _, l := range fold(v, leaks) {
		found = append(found, v.place(l))
	}
	slices.SortFunc(found, finding.Compare)
	return found
}

// view is what the families look at: all layers' notes, and the image.
type view struct {
	im     *image.Image
	graph  *model.Graph
	rules  *rules.Set
	layers []*layer // same indexes as im.Layers, none nil
	roots  []leak   // those found so far that stand for all below their path
	target int      // the stage that was built
	proofs [][]saving.Proof
	final  *start.Image // the layers as a container sees them
}

// leak is a finding in the making: what a family saw, before it is folded, tied
// to its line and worded.
type leak struct {
	rule     string
	title    string // "" for the rule's own
	of       string // the title that rules give to what is of one kind; "" for the rule's own
	layer    int    // -1 when it is in the configuration or the history
	path     string
	cause    string              // root that leaks of several layers have in common, when path is not it
	others   []int               // further layers that add to it
	name     string              // what is meant where there is no path, or where the size is not that of what lies there
	origin   *image.Origin       // when layer is -1
	files    []string            // the very files, when path is not a directory that stands for all below it
	holds    []string            // what it stands for, where neither path nor files tell
	packages []inventory.Package // of a distribution, that it stands for
	count    int                 // of files; 0 when path is the one file
	isDir    bool                // path is a directory that stands for all below it
	size     int64
	milder   int // steps below the rule's severity
	worse    int // steps above it
	evidence []string
	sum      uint64 // of the file's content; 0 when that does not matter
	fix      string // "" for place to derive
	gone     int    // the layer that removes it; 0 for none; -1 to have fold find out
	database bool   // a package database says so
	root     bool   // findings below path are part of this one
	swallows string // letters of the families that root folds in
}
