// Package difference says how a file of one image differs from that of another: text
// line by line, archives and programs by what they hold, other bytes from the first one
// that is not the same. What comes out is rows for a screen or a page, bounded and
// sanitised as model/preview's.
package difference

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/preview"
)

// Version is the file as one side has it.
type Version struct {
	Name    string     // of the side
	There   bool       // the side has something at the path
	Info    image.Info // of what lies there
	Made    string     // what made the layer that wrote it; "" unknown
	Content *preview.Preview
	// Problem is why the content is not known, as a part of a sentence; "" when it is, or
	// when there is none, as of a directory.
	Problem string
}

// File is what two sides have at a path.
type File struct {
	Path    string // sanitised
	Was, Is Version
	Summary string // how they differ, in a few words
	Facts   []Fact // what is known of both, the most important first
	Rows    []Row  // what differs in the content
	// Numbered says that rows are lines of text, with their numbers.
	Numbered bool
	More     string // why there may be more than the rows; "" when these are all
}

// Fact is what is known of both; "" where one side lacks it.
type Fact struct{ Label, Was, Is string }

// Same says whether it tells no difference.
func (f Fact) Same() bool { return f.Was == f.Is }

// Sign says what a row tells.
type Sign uint8

// The signs.
const (
	Same    Sign = iota // both have it
	Added               // only the other side has it
	Removed             // only the first side has it
	Gap                 // so much is left out because it is the same
	Head                // what the rows below it are
)

// Mark is the sign as one character: a blank, +, -, and nothing for what is no row of
// either.
func (s Sign) Mark() string { return [...]string{" ", "+", "-", "", ""}[s] }

// Row is a line of one side's content, or of both.
type Row struct {
	Sign    Sign
	Text    string
	Was, Is int // number of the line; 0 where a side lacks it, or where there are none
}

// Between says how two versions differ. It may take some time: it is for a command.
func Between(path string, was, is Version) *File {
	f := &File{Path: path, Was: was, Is: is}
	f.metadata()
	f.content()
	return f
}

// metadata tells what is known beside the content.
func (f *File) metadata() {
	f.fact("is", kind(f.Was), kind(f.Is))
	f.fact("size", bytesOf(f.Was), bytesOf(f.Is))
	both := func(label string, tell func(image.Info) string) {
		var a, b string
		if f.Was.There {
			a = tell(f.Was.Info)
		}
		if f.Is.There {
			b = tell(f.Is.Info)
		}
		f.fact(label, a, b)
	}
	both("leads to", func(i image.Info) string {
		if i.Type == image.Symlink {
			return i.Link
		}
		return ""
	})
	both("mode", func(i image.Info) string { return fmt.Sprintf("%04o", i.Mode) })
	both("owner", func(i image.Info) string { return fmt.Sprintf("%d:%d", i.UID, i.GID) })
	if !f.Was.Info.Type.IsDir() && !f.Is.Info.Type.IsDir() {
		both("time", func(i image.Info) string { return measure.Stamp(i.ModTime) })
	}
	both("name of", func(i image.Info) string {
		if i.Type == image.Hardlink {
			return i.Link
		}
		return ""
	})
	if f.Was.Info.Attrs != f.Is.Info.Attrs {
		both("attributes", func(i image.Info) string {
			if i.Attrs == 0 {
				return "none"
			}
			return fmt.Sprintf("checksum %08x", i.Attrs)
		})
	}
	f.fact("made by", f.Was.Made, f.Is.Made)
	for _, v := range []struct {
		content *preview.Preview
		put     func(label, text string)
	}{
		{f.Was.Content, func(label, text string) { f.join(label, text, "") }},
		{f.Is.Content, func(label, text string) { f.join(label, "", text) }},
	} {
		if v.content != nil {
			for _, fact := range v.content.Facts {
				v.put(fact.Label, fact.Text)
			}
		}
	}
	for i := range f.Facts {
		if x := &f.Facts[i]; x.Label == "needs" || x.Label == "modules" {
			x.Was, x.Is = others(x.Was, x.Is), others(x.Is, x.Was)
		}
	}
	f.Facts = slices.DeleteFunc(f.Facts, func(x Fact) bool { return x.Was == "" && x.Is == "" })
}

// others are the parts of a list of words that another one has not got: of libraries and
// modules there are many, and what differs is looked for.
func others(list, than string) string {
	had := map[string]bool{}
	for _, word := range words(than) {
		had[word] = true
	}
	return strings.Join(slices.DeleteFunc(words(list), func(word string) bool { return had[word] }), ", ")
}

// words are the parts of a list, without the number that may stand in front of it.
func words(list string) []string {
	if number, rest, ok := strings.Cut(list, ": "); ok && !strings.Contains(number, " ") {
		list = rest
	}
	if list == "" {
		return nil
	}
	return strings.Split(list, ", ")
}

func (f *File) fact(label, was, is string) {
	if was != "" || is != "" {
		f.Facts = append(f.Facts, Fact{label, was, is})
	}
}

// join adds one side's part of a fact.
func (f *File) join(label, was, is string) {
	i := slices.IndexFunc(f.Facts, func(x Fact) bool { return x.Label == label })
	if i < 0 {
		f.fact(label, was, is)
		return
	}
	if was != "" {
		f.Facts[i].Was = was
	}
	if is != "" {
		f.Facts[i].Is = is
	}
}

// kind is what a version is, in words.
func kind(v Version) string {
	switch {
	case !v.There:
		return ""
	case v.Content != nil:
		return v.Content.What
	}
	switch v.Info.Type {
	case image.Directory, image.Opaque:
		return "directory"
	case image.Symlink:
		return "symbolic link"
	case image.CharDevice, image.BlockDevice:
		return "device"
	case image.FIFO:
		return "pipe"
	}
	return "file"
}

// regular says whether a version is something that has content.
func regular(v Version) bool {
	return v.There && (v.Info.Type == image.Regular || v.Info.Type == image.Hardlink)
}

func bytesOf(v Version) string {
	if !regular(v) {
		return ""
	}
	return measure.Count(int(v.Info.Size)) + " bytes"
}

// content compares what both hold, or shows what the one does that has something.
func (f *File) content() {
	a, b := f.Was, f.Is
	switch {
	case !a.There && !b.There:
		f.Summary = "neither side has it"
	case !a.There || !b.There:
		f.alone()
	case regular(a) != regular(b) || !regular(a) && a.Info.Type != b.Info.Type:
		f.Summary = kind(a) + " became " + kind(b)
		f.alone()
	case a.Problem != "" || b.Problem != "":
		f.Summary = "the content of one of them is not known: " + strings.TrimSpace(a.Problem+" "+b.Problem)
	case !regular(a) && a.Info.Link != b.Info.Link:
		f.Summary = "it leads to another place"
	case !regular(a):
		f.metadataOnly("the same " + kind(a))
	case a.Content == nil || b.Content == nil:
		f.Summary = "the content is not known"
	case bytes.Equal(a.Content.Bytes, b.Content.Bytes) && a.Content.Size == b.Content.Size && whole(a) && whole(b):
		f.metadataOnly("the same bytes")
	case a.Content.Text != nil && b.Content.Text != nil || a.Content.Size == 0 && b.Content.Text != nil || b.Content.Size == 0 && a.Content.Text != nil:
		f.text()
	case a.Content.List != nil && b.Content.List != nil && slices.Equal(a.Content.List.Columns, b.Content.List.Columns):
		f.lists()
	default:
		f.bytes()
	}
}

// whole says whether all of a file was looked at.
func whole(v Version) bool { return int64(len(v.Content.Bytes)) == v.Content.Size }

// metadataOnly says what differs where the content does not.
func (f *File) metadataOnly(same string) {
	var labels []string
	for _, x := range f.Facts {
		if !x.Same() && x.Label != "made by" {
			labels = append(labels, x.Label)
		}
	}
	f.Summary = same
	if len(labels) > 0 {
		f.Summary += ", another " + strings.Join(labels, ", ")
	}
}
