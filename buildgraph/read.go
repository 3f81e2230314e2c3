package buildgraph

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// piece is what stands in some lines: an instruction as BuildKit's parser reads
// it, or lines that it refuses (node is nil, err says why).
type piece struct {
	node       *parser.Node
	text       string // the first line when node is nil
	start, end int    // 1-based, inclusive
	err        error
}

// document is a Dockerfile cut into pieces.
type document struct {
	pieces   []piece
	escape   rune
	warnings []parser.Warning
	err      error // of the whole file: nothing in it
	errAt    span
}

// maxRefused bounds how many refused pieces are read past: beyond it the file
// is no Dockerfile.
const maxRefused = 500

// read parses src and goes on after what the parser refuses: the lines before
// it are parsed by themselves, and then those after it.
func read(src []byte) document {
	starts := lineStarts(src)
	count := len(starts) - 1
	doc := document{escape: escapeToken(src)}
	take := func(res *parser.Result, shift int) {
		for _, n := range res.AST.Children {
			n.StartLine += shift
			n.EndLine += shift
			doc.pieces = append(doc.pieces, piece{node: n, start: n.StartLine, end: n.EndLine})
		}
		for _, w := range res.Warnings {
			w.Location.Start.Line += shift
			w.Location.End.Line += shift
			doc.warnings = append(doc.warnings, w)
		}
	}
	for at, refused := 0, 0; at < count; refused++ {
		res, shift, err := parseLines(src, starts, at, count, doc.escape)
		if err == nil {
			take(res, shift)
			return doc
		}
		bad, ok := locate(err, shift)
		switch {
		case !ok || refused == maxRefused:
			doc.err = err
			return doc
		case bad.empty && bad.start >= count:
			if len(doc.pieces) == 0 {
				doc.err, doc.errAt = err, span{count, count}
			}
			return doc
		}
		if bad.after {
			bad.start, bad.end = bad.start+1, bad.start+1
		}
		bad.start = min(max(bad.start, at+1), count)
		bad.end = min(max(bad.end, bad.start), count)
		if bad.open {
			bad.end = beforeNextFrom(src, starts, bad.start)
		}
		if res == nil && bad.start-1 > at {
			res, shift, _ = parseLines(src, starts, at, bad.start-1, doc.escape)
		}
		if res != nil {
			take(res, shift)
		}
		doc.pieces = append(doc.pieces, piece{
			text:  string(bytes.TrimSpace(src[starts[bad.start-1]:starts[bad.start]])),
			start: bad.start, end: bad.end, err: err,
		})
		at = bad.end
	}
	return doc
}

// parseLines parses lines from … to-1 (counted from 0). Lines from the middle of
// the file are told the escape token, and that the time for directives is over.
// Adding shift to a line in the answer gives the line in the file.
func parseLines(src []byte, starts []int, from, to int, escape rune) (res *parser.Result, shift int, err error) {
	// The parser is known to panic on odd files, and a panic would take the
	// user's terminal with it.
	defer func() {
		if r := recover(); r != nil {
			res, err = nil, fmt.Errorf("parser failed: %v", r)
		}
	}()
	text := io.Reader(bytes.NewReader(src[starts[from]:starts[to]]))
	if from > 0 {
		head := "# escape=" + string(escape) + "\n#\n"
		text = io.MultiReader(strings.NewReader(head), text)
		shift = from - 2
	}
	res, err = parser.Parse(text)
	if res != nil && res.AST == nil {
		res = nil
	}
	return res, shift, err
}

// place is where the parser stopped.
type place struct {
	start, end int
	after      bool // the parser names the line before the one it means
	open       bool // a heredoc that nothing ends
	empty      bool // it found no instruction
}

// locate reads the place off an error of parser.Parse. The parser counts a line
// only after it has looked for a directive in it, and after the scanner has
// taken it, so errors of those two name the line before.
func locate(err error, shift int) (place, bool) {
	var at *parser.LocationError
	if !errors.As(err, &at) || len(at.Locations) == 0 || len(at.Locations[0]) == 0 {
		return place{}, false
	}
	r := at.Locations[0]
	msg := err.Error()
	p := place{
		start: r[0].Start.Line + shift,
		end:   r[len(r)-1].End.Line + shift,
		open:  msg == "unterminated heredoc",
		empty: msg == "file with no instructions",
	}
	p.after = p.empty ||
		strings.HasSuffix(msg, " parser directive can be used") ||
		strings.HasPrefix(msg, "invalid escape token ") ||
		strings.HasPrefix(msg, "dockerfile line greater than ")
	return p, true
}

// beforeNextFrom returns the last line before the next FROM below line: where
// reading can go on after a heredoc that nothing ends.
func beforeNextFrom(src []byte, starts []int, line int) int {
	for i := line; i < len(starts)-1; i++ {
		if isFrom(src[starts[i]:starts[i+1]]) {
			return i
		}
	}
	return len(starts) - 1
}

// isFrom says whether a line starts with the word FROM.
func isFrom(line []byte) bool {
	line = bytes.TrimLeftFunc(line, unicode.IsSpace)
	return len(line) > 4 && bytes.EqualFold(line[:4], []byte("from")) && unicode.IsSpace(rune(line[4]))
}

// lineStarts returns the offset of each line, and the length at the end.
func lineStarts(src []byte) []int {
	starts := []int{0}
	for i, c := range src {
		if c == '\n' && i+1 < len(src) {
			starts = append(starts, i+1)
		}
	}
	if len(src) == 0 {
		return starts
	}
	return append(starts, len(src))
}

// escapeToken is the token that "# escape=" sets, as parser.Parse reads it.
func escapeToken(src []byte) rune {
	var p parser.DirectiveParser
	src = bytes.TrimPrefix(src, []byte(bom))
	for len(src) > 0 {
		line, rest, _ := bytes.Cut(src, []byte("\n"))
		d, err := p.ParseLine(bytes.TrimLeftFunc(bytes.TrimRight(line, "\r\n"), unicode.IsSpace))
		if err != nil || d == nil {
			break
		}
		if d.Name == "escape" && d.Value == "`" {
			return '`'
		}
		src = rest
	}
	return parser.DefaultEscapeToken
}
