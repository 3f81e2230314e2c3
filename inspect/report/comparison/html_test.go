package comparison_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/stagedive/stagedive/inspect/report/comparison"
)

// elements are those that a page may have, apart from what the graph's picture is made of.
var elements = []atom.Atom{
	atom.Html, atom.Head, atom.Meta, atom.Title, atom.Style, atom.Body, atom.Header, atom.Footer, atom.H1, atom.H2, atom.P, atom.Div, atom.Span, atom.I,
	atom.Strong, atom.Code, atom.Pre, atom.Details, atom.Summary, atom.Table, atom.Thead, atom.Tbody, atom.Tr, atom.Th, atom.Td,
}

// attributes are those that elements may have.
var attributes = []string{"lang", "charset", "name", "content", "http-equiv", "class", "style", "scope", "colspan", "open"}

func pages(t *testing.T) map[string]string {
	t.Helper()
	drawn := target()
	drawn.Drawing = `<svg xmlns="http://www.w3.org/2000/svg" class="sd"><title>Stages</title></svg>`
	out := map[string]string{}
	for name, r := range map[string]comparison.Report{
		"two": report(builder(), runtime()), "hostile": report(hostile(), hostile()), "target": target(), "drawn": drawn,
		"asked": report(probed(runtime(), 0, "<b>"), probed(hostile(), 1, "</table>")),
	} {
		out[name] = write(t, comparison.HTML, r)
	}
	return out
}

// A page is whole and alone: it parses as it is written, has nothing that loads or runs,
// and names from images are text in it, whatever they look like.
func TestPageIsAlone(t *testing.T) {
	for name, page := range pages(t) {
		doc, err := html.Parse(strings.NewReader(page))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for n := range doc.Descendants() {
			if n.Type == html.CommentNode {
				t.Errorf("%s: a comment: %q", name, n.Data)
			}
			if n.Type != html.ElementNode || n.Namespace == "svg" {
				continue
			}
			if !slices.Contains(elements, n.DataAtom) {
				t.Errorf("%s: the element <%s>", name, n.Data)
			}
			for _, a := range n.Attr {
				if !slices.Contains(attributes, a.Key) {
					t.Errorf("%s: <%s %s=%q>", name, n.Data, a.Key, a.Val)
				}
				if a.Key == "style" && !regexp.MustCompile(`^width:[0-9.]+%$`).MatchString(a.Val) {
					t.Errorf("%s: the style %q", name, a.Val)
				}
			}
			if n.DataAtom == atom.Style && regexp.MustCompile(`(?i)url\(|@import|@font-face|expression`).MatchString(n.FirstChild.Data) {
				t.Errorf("%s: the style loads something", name)
			}
		}
		balanced(t, name, page)
	}
}

// balanced fails where an element is not closed, or closed twice.
func balanced(t *testing.T, name, page string) {
	t.Helper()
	var open []string
	z := html.NewTokenizer(strings.NewReader(page))
	for tt := z.Next(); tt != html.ErrorToken; tt = z.Next() {
		tag, _ := z.TagName()
		switch tt {
		case html.StartTagToken:
			if string(tag) != "meta" {
				open = append(open, string(tag))
			}
		case html.EndTagToken:
			if len(open) == 0 || open[len(open)-1] != string(tag) {
				t.Fatalf("%s: </%s> in %v", name, tag, open)
			}
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		t.Errorf("%s: %v are not closed", name, open)
	}
}

// No address of anything outside is in a page that no image wrote one into.
func TestPageHasNoAddress(t *testing.T) {
	for name, page := range pages(t) {
		if name == "hostile" || name == "asked" {
			continue // they have some as text
		}
		if at := regexp.MustCompile(`[a-z]+://|//[a-z]`).FindAllString(strings.ReplaceAll(page, `xmlns="http://www.w3.org/2000/svg"`, ""), -1); at != nil {
			t.Errorf("%s: %q", name, at)
		}
	}
}

// What images say is in the page to the letter, as text.
func TestPageTellsHostileNames(t *testing.T) {
	doc, err := html.Parse(strings.NewReader(write(t, comparison.HTML, report(runtime(), hostile()))))
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for n := range doc.Descendants() {
		if n.Type == html.TextNode {
			text.WriteString(n.Data)
		}
	}
	for _, want := range []string{hostile().Name, "<b>`|\"'@me [a](b) #1", hostile().Image.Problems[0]} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("the text lacks %q", want)
		}
	}
}
