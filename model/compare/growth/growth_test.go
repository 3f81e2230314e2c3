package growth_test

import (
	"slices"
	"testing"

	"github.com/stagedive/stagedive/model/compare"
	"github.com/stagedive/stagedive/model/compare/growth"
	"github.com/stagedive/stagedive/model/image"
)

func TestParse(t *testing.T) {
	for _, c := range []struct {
		list []string
		want []growth.Limit
	}{
		{[]string{"5%"}, []growth.Limit{{Key: growth.Size, Percent: 5, Relative: true, Text: "5%"}}},
		{[]string{"10MB"}, []growth.Limit{{Key: growth.Size, Amount: 10_000_000, Text: "10MB"}}},
		{[]string{" 0 "}, []growth.Limit{{Key: growth.Size, Text: "0"}}},
		{[]string{"files=10%,packages=0", "findings = 2"}, []growth.Limit{
			{Key: growth.Files, Percent: 10, Relative: true, Text: "10%"}, {Key: growth.Packages, Text: "0"}, {Key: growth.Findings, Amount: 2, Text: "2"},
		}},
		{[]string{"size=0.5%,layers=1"}, []growth.Limit{{Key: growth.Size, Percent: 0.5, Relative: true, Text: "0.5%"}, {Key: growth.Layers, Amount: 1, Text: "1"}}},
	} {
		for i := range c.want {
			c.want[i].Where = "there"
		}
		got, err := growth.Parse(c.list, "there")
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%q: %+v, %v", c.list, got, err)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"":            `"" is no size; write one as 120MB or 1.5 GiB`,
		"-5%":         `"-5%" is no part of size; write one as 5%`,
		"NaN%":        `"NaN%" is no part of size; write one as 5%`,
		"5%,10MB":     "size has two limits; write one",
		"files=1MB":   `"1MB" is no limit of files; write a number as 3, or a part as 10%`,
		"package=1":   `nothing that grows is called "package"; did you mean packages?`,
		"speed=1":     `nothing that grows is called "speed"; use one of size, layers, files, packages, findings`,
		"packages=-1": `"-1" is no limit of packages; write a number as 3, or a part as 10%`,
	} {
		if _, err := growth.Parse([]string{text}, ""); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

func TestAllows(t *testing.T) {
	for _, c := range []struct {
		limit         string
		first, number int64
		want          bool
	}{
		{"5%", 100, 105, true},
		{"5%", 100, 106, false},
		{"5%", 100, 1, true},
		{"5%", 0, 0, true},
		{"5%", 0, 1, false},
		{"0", 7, 7, true},
		{"0", 7, 8, false},
		{"1kB", 0, 1000, true},
		{"1kB", 0, 1001, false},
		{"0%", 1 << 60, 1<<60 + 1024, false},
	} {
		l, err := growth.Parse([]string{c.limit}, "")
		if err != nil {
			t.Fatal(err)
		}
		if got := l[0].Allows(c.first, c.number); got != c.want {
			t.Errorf("%s allows %d to become %d: %v", c.limit, c.first, c.number, got)
		}
	}
}

func side(name string, bytes int64, layers int) compare.Side {
	im := &image.Image{}
	for i := range layers {
		b := image.NewBuilder()
		l := image.Layer{Size: bytes / int64(layers), Tree: b.Tree()}
		if i == 0 {
			l.Size += bytes % int64(layers)
		}
		im.Layers = append(im.Layers, l)
	}
	return compare.Side{Name: name, Image: im}
}

// Every side is measured against the first, and the sentence has both names.
func TestCheck(t *testing.T) {
	unread := side("unread", 10, 1)
	unread.Image.Layers[0].Unread = true
	c := compare.New(side("a", 1000, 2), side("b", 2000, 3), side("c", 900, 2), compare.Side{Name: "lost", Problem: "gone"}, unread)
	limits, err := growth.Parse([]string{"50%,layers=0"}, "--fail-on-growth")
	if err != nil {
		t.Fatal(err)
	}
	type verdict struct {
		side                int
		broken, known, sure bool
	}
	var got []verdict
	var said []string
	for _, m := range growth.Check(c, limits) {
		got = append(got, verdict{m.Side, m.Broken(), m.Known, m.Sure})
		if m.Broken() {
			said = append(said, m.Sentence(c))
		}
	}
	want := []verdict{
		{1, true, true, true},
		{2, false, true, true},
		{3, false, false, false},
		{4, false, true, false},
		{1, true, true, true},
		{2, false, true, true},
		{3, false, false, false},
		{4, false, true, false},
	}
	if !slices.Equal(got, want) {
		t.Errorf("%+v\nwant\n%+v", got, want)
	}
	if want := []string{
		"b is 1.0 kB larger than a (1.0 kB to 2.0 kB, +100.0 %); --fail-on-growth allows 50%",
		"b has 1 layer more than a (2 to 3, +50.0 %); --fail-on-growth allows 0",
	}; !slices.Equal(said, want) {
		t.Errorf("%q, want %q", said, want)
	}
}

// Every key is a fact of a comparison, and one of which more is worse.
func TestKeysAreFacts(t *testing.T) {
	facts := compare.New(side("a", 1, 1), side("b", 1, 1)).Facts()
	for _, k := range growth.Keys() {
		at := slices.IndexFunc(facts, func(f compare.Fact) bool { return f.Key == string(k) })
		if at < 0 || !facts[at].Growth || (facts[at].Unit == compare.Bytes) != (k == growth.Size) {
			t.Errorf("%s is no such fact", k)
		}
	}
}
