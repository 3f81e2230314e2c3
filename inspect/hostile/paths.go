package hostile

import (
	"fmt"
	"strings"
)

// paths lead out of the image, or try to.
func paths() []Case {
	return []Case{
		of("dots lead out", entry{name: "../../../../etc/passwd", body: "root::0:0::/:/bin/sh\n"}),
		of("dots lead out on the way", entry{name: "usr/../../../etc/cron.d/evil", body: "x"}),
		plain(of("dots that stay", entry{name: "usr/../etc/./x", body: "x"}, entry{name: "a//b///c", body: "x"})),
		of("absolute", entry{name: "/etc/shadow", body: "x"}),
		of("absolute with dots", entry{name: "//../..//etc/shadow", body: "x"}),
		of("thousand dots", entry{name: strings.Repeat("../", 1300) + "etc/x", body: "x"}),
		of("the root itself", entry{name: ".", flag: '5', mode: 0o700}, entry{name: "/", flag: '5'}, entry{name: "..", flag: '5'}, entry{name: "", body: "x"}),
		of("the root as a file", entry{name: "/", body: "x"}, entry{name: "./", flag: '2', link: "/tmp"}),
		plain(named("of Windows", entry{name: `C:\Windows\System32\evil.dll`, body: "x"}, entry{name: `..\..\evil`, body: "x"})),
		of("file as directory", entry{name: "f", body: "x"}, entry{name: "f/g", body: "x"}, entry{name: "f/g/h", body: "x"}),
		of("directory becomes a file", entry{name: "d", flag: '5'}, entry{name: "d/x", body: "x"}, entry{name: "d", body: "now a file"}, entry{name: "d/y", body: "x"}),
	}
}

// links lead out of the image, or nowhere, or are in the way of what comes after.
func links() []Case {
	symlink := func(name, to string) entry { return entry{name: name, link: to, flag: '2'} }
	hard := func(name, to string) entry { return entry{name: name, link: to, flag: '1'} }
	return []Case{
		of("written through a link to an absolute path", symlink("out", "/etc"), entry{name: "out/passwd", body: "x"}),
		of("written through a link that leads out", symlink("out", "../../../../tmp"), entry{name: "out/evil", body: "x"}),
		of("a directory becomes a link", entry{name: "good", flag: '5'}, symlink("good", "/root"), entry{name: "good/.bashrc", body: "x"}),
		of("a link of the layer below is written through", symlink("good/below", "/etc/passwd"), entry{name: "good/below", body: "x"}),
		of("two links lead round", symlink("a", "b"), symlink("b", "a"), entry{name: "a/x", body: "x"}),
		of("a link to itself", symlink("a", "a"), entry{name: "a/x", body: "x"}),
		of("a link to what is in it", symlink("a", "a/a"), entry{name: "a/x", body: "x"}),
		of("a link to here", symlink("here", "."), entry{name: strings.Repeat("here/", 800) + "x", body: "x"}),
		{Name: "a hundred thousand links in a row", Write: around(layer{tar: many(100_001, func(i int) entry {
			if i == 100_000 {
				return entry{name: "l99999/x", body: "x"}
			}
			return symlink(fmt.Sprintf("l%d", i), fmt.Sprintf("l%d", i-1))
		})}).layout},
		{Name: "links that double the way", Write: around(layer{tar: many(61, func(i int) entry {
			if i == 60 {
				return entry{name: "d59/x", body: "x"}
			}
			return symlink(fmt.Sprintf("d%d", i), fmt.Sprintf("d%d/../d%d", i-1, i-1))
		})}).layout},
		named("a link's target drives the terminal", symlink("a", "\x1b]0;owned\a\x1b[2J\x1b[H"), symlink("b", "\u202egnp.\u2066"), hard("c", "\x9b31m")),
		of("a link's target of a megabyte", pax(record("linkpath", strings.Repeat("a/", 400_000))), symlink("a", "x")),
		of("a hard link that leads out", hard("a", "../../../etc/passwd"), hard("b", "/etc/shadow")),
		of("a hard link to itself", hard("a", "a")),
		of("hard links lead round", hard("a", "b"), hard("b", "c"), hard("c", "a")),
		{Name: "a hundred thousand hard links in a row", Write: around(layer{tar: many(100_000, func(i int) entry {
			return hard(fmt.Sprintf("h%06d", i), fmt.Sprintf("h%06d", i+1))
		})}).layout},
		of("a hard link to a directory", entry{name: "d", flag: '5'}, hard("a", "d"), entry{name: "a/x", body: "x"}),
		of("a hard link through a link", symlink("s", "/etc"), hard("a", "s/passwd")),
		of("devices", entry{name: "dev/mem", flag: '3', mode: 0o666}, entry{name: "dev/sda", flag: '4'}, entry{name: "dev/pipe", flag: '6'}, entry{name: "dev/mem/x", body: "x"}),
		of("of no known type", entry{name: "a", flag: 'Z', body: "x"}, entry{name: "b", flag: 'V', body: "volume"}, entry{name: "c", flag: 'M', body: "x"}, entry{name: "s", flag: 0x80}),
	}
}

// whiteouts remove what they must not, or nothing.
func whiteouts() []Case {
	empty := func(name string) entry { return entry{name: name} }
	return []Case{
		of("of the root", empty(".wh."), empty(".wh.."), empty(".wh..."), empty("a/.wh.")),
		of("that lead out", empty("../.wh.etc"), empty("/.wh.usr"), empty("a/../../.wh.b")),
		of("of themselves", empty(".wh..wh.x"), empty(".wh..wh..wh.y"), entry{name: ".wh.x", body: "x"}, entry{name: "x", body: "x"}),
		plain(of("with files below", entry{name: ".wh.d", flag: '5'}, entry{name: ".wh.d/x", body: "hidden?"})),
		plain(of("that are links", entry{name: ".wh.a", flag: '2', link: "/etc"}, entry{name: ".wh.b", flag: '1', link: "/etc/passwd"}, entry{name: ".wh.c", flag: '3'})),
		of("with content", entry{name: ".wh.a", body: strings.Repeat("x", 1<<20)}),
		of("through a link", entry{name: "s", flag: '2', link: "/etc"}, empty("s/.wh.passwd"), empty("s/.wh..wh..opq")),
		plain(Case{Name: "opaque everywhere", Write: around(layer{tar: many(20_000, func(i int) entry {
			return empty(strings.Repeat("o/", i%100) + fmt.Sprintf("d%d/.wh..wh..opq", i))
		})}).layout}),
		plain(of("opaque as a directory", entry{name: "d/.wh..wh..opq", flag: '5'}, entry{name: "d/.wh..wh..opq/x", body: "x"})),
		of("of what the layer adds", entry{name: "a", body: "x"}, empty(".wh.a"), entry{name: "a", body: "y"}, empty(".wh.a")),
		named("that drive the terminal", empty(".wh.\x1b[2J"), empty("\x1b[31m/.wh..wh..opq")),
	}
}
