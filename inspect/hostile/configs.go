package hostile

import (
	"fmt"
	"strings"
)

// configs say too much, or nothing that can be read.
func configs() []Case {
	with := func(name string, change func(c map[string]any)) Case {
		p := around()
		p.config = change
		return Case{Name: name, Write: p.layout}
	}
	inner := func(c map[string]any) map[string]any { return c["config"].(map[string]any) }
	instead := func(name, b string) Case {
		p := around()
		p.rawConfig = []byte(b)
		return Case{Name: name, Write: p.layout}
	}
	shown := func(c Case) Case { c.Names = true; return c }
	texts := func(n int, format string) []any {
		out := make([]any, n)
		for i := range out {
			out[i] = fmt.Sprintf(format, i)
		}
		return out
	}
	const million = 1_000_000
	return []Case{
		with("a million variables", func(c map[string]any) { inner(c)["Env"] = texts(million, "A%d=b") }),
		with("a million labels", func(c map[string]any) {
			l := map[string]any{}
			for i := range million {
				l[fmt.Sprintf("l%d", i)] = "x"
			}
			inner(c)["Labels"] = l
		}),
		with("a million entries of history", func(c map[string]any) {
			h := c["history"].([]any)
			for range million {
				h = append(h, map[string]any{"created_by": "ENV A=b", "empty_layer": true})
			}
			c["history"] = h
		}),
		with("a million layers in the history", func(c map[string]any) {
			h := c["history"].([]any)
			for range million {
				h = append(h, map[string]any{"created_by": "RUN x"})
			}
			c["history"] = h
		}),
		with("two hundred thousand diff IDs", func(c map[string]any) {
			r := c["rootfs"].(map[string]any)
			r["diff_ids"] = append(r["diff_ids"].([]any), repeat(200_000, zeroDigest)...)
		}),
		with("no diff IDs", func(c map[string]any) { c["rootfs"] = map[string]any{} }),
		with("a command of ten megabytes", func(c map[string]any) { inner(c)["Cmd"] = []any{strings.Repeat("long ", 2<<20)} }),
		with("an instruction of ten megabytes", func(c map[string]any) {
			c["history"].([]any)[0].(map[string]any)["created_by"] = "RUN " + strings.Repeat("long ", 2<<20)
		}),
		shown(with("settings that drive the terminal", func(c map[string]any) {
			inner(c)["Env"] = []any{"A=\x1b[2J", "\x1b]0;owned\a=b", "B=\u202eevil", "C=\r\n\r\nrm -rf"}
			inner(c)["Labels"] = map[string]any{"\x1b[31m": "\x9b31m", "a\nb": "c\rd"}
			inner(c)["User"], inner(c)["WorkingDir"] = "\x1b[6n", "/\u200d\u202e"
			inner(c)["Entrypoint"] = []any{"\x1b[2J", "\x00"}
			inner(c)["ExposedPorts"] = map[string]any{"\x1b[2J": map[string]any{}}
			inner(c)["Volumes"] = map[string]any{"\x1b[2J": map[string]any{}}
			c["architecture"], c["os"] = "\x1b[31m", "\u202exunil"
		})),
		shown(with("instructions that drive the terminal", func(c map[string]any) {
			for _, h := range c["history"].([]any) {
				h.(map[string]any)["created_by"] = "RUN \x1b[2J\x1b]0;owned\a printf '\r\n' \u202e# buildkit"
				h.(map[string]any)["comment"] = "\x1b[31m"
				h.(map[string]any)["author"] = "\x1b[31m"
			}
		})),
		with("history that speaks of others", func(c map[string]any) { c["history"] = c["history"].([]any)[:1] }),
		with("times beyond all calendars", func(c map[string]any) { c["created"] = "99999-99-99T99:99:99Z" }),
		with("the wrong types", func(c map[string]any) { inner(c)["Env"] = "PATH=/bin" }),
		with("of Windows", func(c map[string]any) { c["os"] = "windows" }),
		plain(with("keys twice", func(c map[string]any) { inner(c)["env"], inner(c)["ENV"] = []any{"A=1"}, []any{"A=2"} })),
		instead("not JSON", "\x1b[2J{"),
		instead("empty", ""),
		instead("null", "null"),
		instead("nested a million deep", strings.Repeat(`{"config":`, 1<<18)),
		instead("of 64 MB", `{"author":"`+strings.Repeat("x", 64<<20)+`"}`),
	}
}

func repeat(n int, v any) []any {
	out := make([]any, n)
	for i := range out {
		out[i] = v
	}
	return out
}
