// Package growth holds images that stand side by side against limits: by how much they may
// be larger than the first of them.
package growth

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/stagedive/stagedive/model/compare"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/nearest"
)

// Key is what a limit is about; the word is that of compare.Fact and of the flag.
type Key string

// The keys.
const (
	Size     Key = "size" // bytes of the files in all layers
	Layers   Key = "layers"
	Files    Key = "files"
	Packages Key = "packages"
	Findings Key = "findings"
)

// Keys are all of them, in the order in which they are told.
func Keys() []Key { return []Key{Size, Layers, Files, Packages, Findings} }

// Limit is by how much a side's number may be greater than the first's.
type Limit struct {
	Key     Key
	Percent float64 // of the first's number, where Relative
	Amount  int64   // bytes or things, where not
	// Relative says that it is a part of the first's number.
	Relative bool
	Text     string // as it was written: "5%"
	Where    string // what says it: "--fail-on-growth", ".stagedive.yaml:7"
}

// Parse reads limits as people write them: 5%, 10MB, or with a name files=10%, several
// parted by commas. What has no name is about the size. where says who wrote them.
func Parse(list []string, where string) ([]Limit, error) {
	var out []Limit
	for _, entry := range list {
		for one := range strings.SplitSeq(entry, ",") {
			name, text, named := strings.Cut(one, "=")
			if !named {
				name, text = string(Size), one
			}
			l, err := ParseOne(strings.TrimSpace(name), strings.TrimSpace(text))
			if err != nil {
				return nil, err
			}
			if slices.ContainsFunc(out, func(o Limit) bool { return o.Key == l.Key }) {
				return nil, fmt.Errorf("%s has two limits; write one", l.Key)
			}
			l.Where = where
			out = append(out, l)
		}
	}
	return out, nil
}

// ParseOne reads the limit of one name.
func ParseOne(name, text string) (Limit, error) {
	l := Limit{Key: Key(name), Text: text}
	if !slices.Contains(Keys(), l.Key) {
		names := make([]string, len(Keys()))
		for i, k := range Keys() {
			names[i] = string(k)
		}
		hint := "use one of " + strings.Join(names, ", ")
		if meant := nearest.Word(name, names, 2); meant != "" {
			hint = "did you mean " + meant + "?"
		}
		return l, fmt.Errorf("nothing that grows is called %q; %s", name, hint)
	}
	if number, ok := strings.CutSuffix(text, "%"); ok {
		v, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
		if err != nil || v < 0 || math.IsInf(v, 0) || math.IsNaN(v) {
			return l, fmt.Errorf("%q is no part of %s; write one as 5%%", text, l.Key)
		}
		l.Percent, l.Relative = v, true
		return l, nil
	}
	var err error
	if l.Key == Size {
		l.Amount, err = measure.ParseBytes(text)
		return l, err
	}
	if l.Amount, err = strconv.ParseInt(text, 10, 64); err != nil || l.Amount < 0 {
		return l, fmt.Errorf("%q is no limit of %s; write a number as 3, or a part as 10%%", text, l.Key)
	}
	return l, nil
}

// Allows says whether a number may become another.
func (l Limit) Allows(first, number int64) bool {
	switch {
	case number <= first:
		return true
	case l.Relative:
		return float64(number-first) <= float64(first)*l.Percent/100
	}
	return number-first <= l.Amount
}

// Measured is what became of one limit on one side.
type Measured struct {
	Limit
	Side          int
	First, Number int64
	Known         bool // false where one of the numbers is not known
	// Sure is false where a layer of one of the two could not be read: what is in it
	// does not count here.
	Sure bool
}

// Broken says whether the side has grown by more than the limit allows.
func (m Measured) Broken() bool { return m.Known && !m.Allows(m.First, m.Number) }

// Check measures every side but the first against it.
func Check(c *compare.Comparison, limits []Limit) []Measured {
	var out []Measured
	facts := c.Facts()
	for _, l := range limits {
		at := slices.IndexFunc(facts, func(f compare.Fact) bool { return f.Key == string(l.Key) })
		for side := 1; side < len(c.Sides); side++ {
			m := Measured{Limit: l, Side: side}
			if at >= 0 {
				a, b := facts[at].Cells[0], facts[at].Cells[side]
				m.First, m.Number, m.Known = a.Number, b.Number, a.Known && b.Known
			}
			m.Sure = m.Known && c.Sides[0].Read() && c.Sides[side].Read()
			out = append(out, m)
		}
	}
	return out
}

// Sentence tells of a side that has grown, with its name and the first's.
func (m Measured) Sentence(c *compare.Comparison) string {
	a, b := c.Sides[0].Name, c.Sides[m.Side].Name
	by := ""
	if m.First > 0 {
		by = fmt.Sprintf(", %+.1f %%", 100*float64(m.Number-m.First)/float64(m.First))
	}
	if m.Key == Size {
		return fmt.Sprintf("%s is %s larger than %s (%s to %s%s); %s allows %s", b, measure.Bytes(m.Number-m.First), a,
			measure.Bytes(m.First), measure.Bytes(m.Number), by, m.Where, m.Text)
	}
	return fmt.Sprintf("%s has %s more than %s (%s to %s%s); %s allows %s", b, m.things(m.Number-m.First), a,
		measure.Count(int(m.First)), measure.Count(int(m.Number)), by, m.Where, m.Text)
}

// things counts what the limit is about: "1 layer", "3 files".
func (m Measured) things(n int64) string {
	return measure.Plural(int(n), strings.TrimSuffix(string(m.Key), "s"))
}
