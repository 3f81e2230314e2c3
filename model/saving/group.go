package saving

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/measure"
)

// key is what an item stands for: a kind of things, below a directory or of one file,
// of one layer.
type key struct {
	kind  Kind
	at    image.NodeID
	layer int
}

// group is an item in the making.
type group struct {
	key
	files   int
	bytes   int64
	debug   int64 // of bytes
	symbols int64
	largest []file // the largest first, few
	seen    []string
	how     string // "" to be worded
}

type file struct {
	node  image.NodeID
	bytes int64
}

// examples is how many files an item names.
const examples = 3

// add counts one file.
func (g *group) add(id image.NodeID, bytes int64) {
	g.files++
	g.bytes += bytes
	if len(g.largest) == examples && bytes <= g.largest[examples-1].bytes {
		return
	}
	g.largest = append(g.largest, file{id, bytes})
	slices.SortStableFunc(g.largest, func(a, b file) int { return cmp.Compare(b.bytes, a.bytes) })
	g.largest = g.largest[:min(len(g.largest), examples)]
}

// item words what was seen.
func (g *group) item(t *image.Tree) Item {
	it := Item{
		Kind: g.kind, Path: t.Path(g.at), Node: g.at, Dir: t.IsDir(g.at), Files: g.files, Bytes: g.bytes, Layer: g.layer,
		Suggested: g.kind != Licences, Evidence: g.seen,
	}
	if g.debug > 0 {
		it.Evidence = append(it.Evidence, fmt.Sprintf("ELF sections .debug_*: %s", measure.Bytes(g.debug)))
	}
	if g.symbols > 0 {
		it.Evidence = append(it.Evidence, fmt.Sprintf("ELF sections .symtab and .strtab: %s", measure.Bytes(g.symbols)))
	}
	if what := described(g.kind); what != "" && g.debug+g.symbols == 0 && len(g.seen) == 0 {
		it.Evidence = append(it.Evidence, what)
	}
	if it.Dir {
		for i, f := range g.largest {
			if strings.Contains(strings.Join(g.seen, "\n"), " "+t.Path(f.node)+",") {
				continue // what was seen names it
			}
			word := "the largest is "
			switch {
			case i > 0:
				word = "then "
			case g.files == 1:
				word = "it is "
			}
			it.Evidence = append(it.Evidence, fmt.Sprintf("%s%s, %s", word, t.Path(f.node), measure.Bytes(f.bytes)))
		}
	}
	return it
}

// described says what the files of a kind are known by.
func described(k Kind) string {
	switch k {
	case Cache:
		return "in a cache, by place"
	case Docs:
		return "documentation, by place or name"
	case Man, Info:
		return "manuals, by place"
	case Licences:
		return "licence texts, by name"
	case Static:
		return "by its first bytes an archive of objects, which only linking needs"
	case Debug:
		return "by its place what only debuggers read"
	case Bytecode:
		return "compiled Python, each with its source beside it"
	case Tests:
		return "test directories of packages"
	case Maps:
		return "by its content a source map, beside what it maps"
	case Locales:
		return "languages that the image does not set"
	}
	return ""
}
