package saving

import (
	"strings"

	"github.com/stagedive/stagedive/model/image"
)

// place is a directory that distributions agree on (Filesystem Hierarchy Standard 3.0,
// 4.11 and 4.9, and what Debian, Fedora and Alpine add).
type place struct {
	path string
	kind Kind
}

func places() []place {
	return []place{
		{"/usr/share/licenses", Licences},
		{"/usr/share/common-licenses", Licences},
		{"/usr/share/doc", Docs},
		{"/usr/share/doc-base", Docs},
		{"/usr/share/gtk-doc", Docs},
		{"/usr/share/help", Docs},
		{"/usr/share/lintian", Docs},
		{"/usr/local/share/doc", Docs},
		{"/usr/share/man", Man},
		{"/usr/local/share/man", Man},
		{"/usr/local/man", Man},
		{"/usr/share/info", Info},
		{"/usr/local/share/info", Info},
		{"/usr/share/i18n", Locales}, // what localedef makes locales of
		{"/usr/lib/debug", Debug},
	}
}

// isLicence says whether a file is named as licence texts are.
func isLicence(name string) bool {
	upper := strings.ToUpper(name)
	for _, begin := range [...]string{"COPYRIGHT", "COPYING", "LICENSE", "LICENCE", "NOTICE", "PATENTS"} {
		if strings.HasPrefix(upper, begin) {
			return true
		}
	}
	return false
}

// locales claims the messages of languages that the image does not set, and glibc's
// archive of locales when it sets none.
func (c *collector) locales() {
	keep := languages(c.in.Image.Config.Env)
	for _, root := range [...]string{"/usr/share/locale", "/usr/local/share/locale"} {
		at, ok := c.find(root)
		if !ok || !c.t.IsDir(at) {
			continue
		}
		for _, lang := range c.t.Children(at, image.ByName) {
			if c.t.IsDir(lang) && c.t.Change(lang) != image.Removed && !keep[language(c.t.RawName(lang))] {
				c.mark(lang, claim{kind: Locales, at: at, layer: -1})
			}
		}
	}
	if len(keep) > 0 {
		return
	}
	if id, ok := c.find("/usr/lib/locale/locale-archive"); ok && !c.t.IsDir(id) {
		c.mark(id, claim{kind: Locales, at: id, layer: -1, seen: []string{"glibc's archive of locales; the image sets none (LANG, LC_ALL), and C.UTF-8 needs none"}})
	}
}

// languages are those that the environment asks for (locale(7)), without C and POSIX.
func languages(env []string) map[string]bool {
	out := map[string]bool{}
	for _, e := range env {
		name, value, _ := strings.Cut(e, "=")
		if name != "LANG" && name != "LANGUAGE" && !strings.HasPrefix(name, "LC_") {
			continue
		}
		for l := range strings.SplitSeq(value, ":") {
			if l = language(l); l != "" && l != "c" && l != "posix" {
				out[l] = true
			}
		}
	}
	return out
}

// language is the language of a locale's name: de of de_AT.UTF-8@euro.
func language(locale string) string {
	return strings.ToLower(locale[:len(locale)-len(strings.TrimLeft(locale, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"))])
}
