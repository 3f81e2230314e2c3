package hostile

import (
	"fmt"
	"strings"
)

// names drive a terminal, or look like others.
func names() []Case {
	file := func(name string) entry { return entry{name: name, body: "x"} }
	return []Case{
		named("escape sequences", file("\x1b[31mred\x1b[0m"), file("\x1b[2J\x1b[H"), file("\x1b]0;owned\a"), file("\x1b]52;c;cm0gLXJmIH4K\a"), file("\x1bP+q544e\x1b\\"), file("\x1b[6n")),
		named("control bytes", file("a\rb"), file("a\nb"), file("a\bb"), file("tab\there"), file("bell\a"), file("del\x7f"), file("\x0e\x0fshift")),
		named("control bytes of eight bits", file("\u009b31mred"), file("\u009d0;owned\u009c"), file("\x9b31m"), file("\u0085next")),
		named("no UTF-8", file("\xff\xfe\xfd"), file("caf\xe9"), file("cut\xe2\x82"), file("over\xc0\xaflong"), file("\xed\xa0\x80surrogate")),
		named("text that runs backwards", file("invoice\u202egnp.exe"), file("\u2066isolated\u2069"), file("\u200fmark"), file("\u061calm")),
		named("joined and invisible", file("👨\u200d👩\u200d👧\u200d👦"), file("zero\u200bwidth"), file("\ufeffbom"), file("soft\u00adhyphen"), file("var\ufe0fiation"), file("tag\U000e0041")),
		plain(named("marks without end", file("z"+strings.Repeat("\u0301", 120)), file(strings.Repeat("\u0e33", 60)), file(strings.Repeat("漢", 80)))),
		plain(named("flags and skins", file("🇩🇪🇫🇷🇩"), file("👋🏽👋🏿"), file("❤️"), file("1️⃣"), file("ﷺ"), file("𒐫"))),
		named("look like another", file("etc\u2215passwd"), file("аpple"), file("apple"), file("␛[31m"), file("\x1b[31m"), file("<U+202E>"), file("\u202e")),
		named("blanks", file(" "), file("  leading"), file("trailing  "), file("\u00a0"), file("\u3000"), file("\u2028line")),
		named("longer than any file system holds", file(strings.Repeat("n", 256)), file(strings.Repeat("n", 4000)), file(strings.Repeat("d/", 2000)+"f")),
		named("longer than any path", file(strings.Repeat("d/", 2100)+"f"), file(strings.Repeat("x", 5000))),
		plain(named("that are options", file("-rf"), file("--help"), file("$(reboot)"), file("`reboot`"), file(";reboot"), file("'\"\\"))),
	}
}

// amounts are more than anybody has use for. They are compressed, as they are large.
func amounts() []Case {
	amount := func(name string, n int, make func(i int) entry) Case {
		return large(Case{Name: name, Write: around(layer{tar: many(n, make), pack: gzipped}).layout})
	}
	const million = 1_000_000
	return []Case{
		plain(amount("a million files in one directory", million, func(i int) entry { return entry{name: fmt.Sprintf("d/%d", i)} })),
		amount("a million files in as many directories", million, func(i int) entry { return entry{name: fmt.Sprintf("%d/%d/f", i%1000, i)} }),
		amount("one file three hundred thousand times", 300_000, func(int) entry { return entry{name: "again", body: "x"} }),
		amount("one directory and file in turns", 200_000, func(i int) entry { return entry{name: "again", flag: []byte{'5', '0'}[i%2]} }),
		amount("a million links to one file", million, func(i int) entry { return entry{name: fmt.Sprintf("l%d", i), flag: '1', link: "good/below"} }),
		plain(amount("three hundred thousand whiteouts", 300_000, func(i int) entry { return entry{name: fmt.Sprintf(".wh.%d", i)} })),
		plain(amount("sixty thousand long paths", 60_000, func(i int) entry { return entry{name: strings.Repeat("long/", 700) + fmt.Sprint(i)} })),
		{Name: "a hundred thousand directories deep", Write: around(layer{tar: deep(50), pack: gzipped}).layout},
		large(plain(Case{Name: "many layers of many files", Write: func(dir string) (string, error) {
			var layers []layer
			for k := range 40 {
				layers = append(layers, layer{tar: many(5_000, func(i int) entry { return entry{name: fmt.Sprintf("d/%d/%d", k%3, i)} }), pack: gzipped})
			}
			return around(layers...).layout(dir)
		}})),
	}
}

// deep is a chain of directories of which each part is 2,000 long: a link to its
// bottom is where the next begins, as no path may be longer than 4,096 bytes.
func deep(parts int) content {
	way := strings.TrimSuffix(strings.Repeat("d/", 2000), "/")
	return many(2*parts, func(i int) entry {
		above := ""
		if i >= 2 {
			above = fmt.Sprintf("l%d/", i/2-1)
		}
		if i%2 == 0 {
			return entry{name: above + way, flag: '5'}
		}
		return entry{name: fmt.Sprintf("l%d", i/2), flag: '2', link: above + way}
	})
}
