// Package hostile makes images that try to harm whoever reads them, for tests: by
// where their files would land, by how large they become, by what they claim, and by
// what their names would do to a terminal. Each stands beside layers that are in
// order, which a reader must show all the same.
package hostile

import (
	"os"
	"path/filepath"
	"slices"
)

// Case is one hostile image.
type Case struct {
	Family, Name string
	// Write makes the image below dir, an empty directory, and returns the reference.
	Write func(dir string) (ref string, err error)
	// Refused says that there is no image in it: all that can be done is to say so.
	Refused bool
	// Plain says that there is nothing to tell: what is shown is what there is.
	Plain bool
	// Cut says that the layer above is beyond what any program reads of an image.
	Cut bool
	tar content // of its one hostile layer; nil for other cases

	// Large says that writing it takes long.
	Large bool
	// Names says that what is hostile about it is shown: names, settings, instructions.
	Names bool
}

// Cases lists all, those of a family side by side.
func Cases() []Case {
	return slices.Concat(
		family("paths", paths()), family("links", links()), family("whiteouts", whiteouts()),
		family("headers", headers()), family("pax", paxes()), family("sizes", sizes()),
		family("names", names()), family("amounts", amounts()), family("compression", compression()),
		family("content", contents()), family("digests", digests()), family("manifest", manifests()),
		family("config", configs()), family("layout", layouts()), family("archive", archives()),
	)
}

func family(name string, cases []Case) []Case {
	for i := range cases {
		cases[i].Family = name
	}
	return cases
}

// Below and Above are what the layers hold that lie under and over each hostile one.
var (
	Below = map[string]string{"good/below": "the layer below is whole\n", "good/both": "of the layer below\n"}
	Above = map[string]string{"good/above": "the layer above is whole\n", "good/both": "of the layer above, which counts\n"}
)

// Size is how many bytes the files of Below or Above hold.
func Size(files map[string]string) int64 {
	var n int64
	for _, text := range files {
		n += int64(len(text))
	}
	return n
}

// around is an image of the layer below, those given, and the layer above, in a
// layout directory.
func around(layers ...layer) picture {
	all := slices.Concat([]layer{good(Below)}, layers, []layer{good(Above)})
	return picture{layers: all}
}

// of is a case of one hostile layer, which is a tar of those entries.
func of(name string, entries ...entry) Case {
	tar := pack(entries...)
	return Case{Name: name, Write: around(layer{tar: tar}).layout, tar: tar}
}

// Layers lists the hostile layers that are small, for fuzzing to begin with.
func Layers() [][]byte {
	const small = 16 << 10
	var out [][]byte
	for _, c := range Cases() {
		if c.tar == nil {
			continue
		}
		if b := bytesOf(c.tar); len(b) <= small {
			out = append(out, b)
		}
	}
	return out
}

// named is of, where the names are what is hostile.
func named(name string, entries ...entry) Case {
	c := of(name, entries...)
	c.Names = true
	return c
}

// plain is a case in which nothing is wrong, however it looks.
func plain(c Case) Case {
	c.Plain = true
	return c
}

// large is a case that takes long to write.
func large(c Case) Case {
	c.Large = true
	return c
}

// refused is a case without an image, made by write.
func refused(name string, write func(dir string) (string, error)) Case {
	return Case{Name: name, Write: write, Refused: true}
}

// file is a case that is a single file, of which there is no image.
func file(name, base string, content []byte) Case {
	return refused(name, func(dir string) (string, error) {
		path := filepath.Join(dir, base)
		return path, os.WriteFile(path, content, 0o644)
	})
}
