package syntax

import (
	"path"
	"strings"
)

// For is the language of a file, by its name or by its first line, which may say
// what runs it; nil for one that is not known.
func For(name, firstLine string) *Language {
	if l := byName(strings.ToLower(path.Base(name))); l != nil {
		return l
	}
	if run, ok := strings.CutPrefix(firstLine, "#!"); ok {
		for _, word := range strings.Fields(run) {
			word = strings.TrimRight(path.Base(word), "0123456789.")
			if word == "env" || strings.HasPrefix(word, "-") {
				continue
			}
			if word == "sh" || strings.HasSuffix(word, "sh") {
				return shell()
			}
			return byExtension(map[string]string{
				"python": "py", "node": "js", "perl": "pl", "ruby": "rb", "php": "php", "lua": "lua", "make": "mk", "awk": "awk", "gawk": "awk",
			}[word])
		}
	}
	if strings.HasPrefix(firstLine, "<?xml") {
		return byExtension("xml")
	}
	return nil
}

func byName(base string) *Language {
	switch base {
	case "dockerfile", "containerfile":
		return dockerfile()
	case "makefile", "gnumakefile":
		return byExtension("mk")
	case ".bashrc", ".profile", ".bash_profile", ".zshrc", "profile", "bash.bashrc", "apkbuild", ".bash_logout":
		return shell()
	case "passwd", "group", "shadow", "hosts", "fstab", "services", "protocols", "shells", "resolv.conf", "nsswitch.conf", "sources.list", ".gitignore", ".dockerignore":
		return &Language{Name: "table", line: []string{"#"}}
	case "go.mod", "go.work":
		return &Language{Name: "Go module", line: []string{"//"}, keywords: set("module go require replace exclude retract toolchain use indirect tool")}
	case "os-release", "environment", ".env":
		return byExtension("ini")
	}
	if strings.HasPrefix(base, "dockerfile.") || strings.HasSuffix(base, ".dockerfile") {
		return dockerfile()
	}
	return byExtension(strings.TrimPrefix(path.Ext(base), "."))
}

func set(words string) map[string]bool {
	out := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		out[w] = true
	}
	return out
}

func shell() *Language {
	return &Language{
		Name: "shell script", line: []string{"#"}, quotes: `"'`, escapes: true,
		keywords: set("if then else elif fi for in do done while until case esac function return exit local export set unset shift trap break continue eval exec source readonly declare"),
	}
}

func dockerfile() *Language {
	return &Language{
		Name: "Dockerfile", line: []string{"#"}, quotes: `"'`, escapes: true, anycase: true, names: firstWord,
		keywords: set("from run copy add cmd entrypoint env arg label workdir user expose volume shell healthcheck onbuild stopsignal maintainer as"),
	}
}

// curly is a language that looks like C.
func curly(name, keywords string) *Language {
	return &Language{
		Name: name, line: []string{"//"}, quotes: `"'`, escapes: true,
		fences: []fence{{"/*", "*/", Comment}}, keywords: set(keywords),
	}
}

const cWords = "auto break case char const continue default do double else enum extern float for goto if inline int long register return short signed sizeof static struct switch typedef union unsigned void volatile while bool true false NULL "

func byExtension(ext string) *Language {
	switch ext {
	case "go":
		l := curly("Go source", "break case chan const continue default defer else fallthrough for func go goto if import interface map package range return select struct switch type var nil true false string int int64 byte error bool any")
		l.fences = append(l.fences, fence{"`", "`", String})
		return l
	case "c", "h":
		return curly("C source", cWords+"#include #define #if #ifdef #ifndef #endif #else")
	case "cc", "cpp", "cxx", "hpp", "hh":
		return curly("C++ source", cWords+"class namespace template typename public private protected virtual override new delete this nullptr using try catch throw constexpr noexcept operator")
	case "java", "kt", "scala", "groovy", "gradle":
		return curly(map[string]string{"java": "Java source", "kt": "Kotlin source", "scala": "Scala source", "groovy": "Groovy source", "gradle": "Gradle script"}[ext],
			"abstract boolean break byte case catch char class const continue def default do double else enum extends final finally float for fun if implements import instanceof int interface long new null object override package private protected public return short static super switch this throw throws try val var void volatile when while true false")
	case "cs", "swift", "proto", "tf", "hcl":
		return curly(map[string]string{"cs": "C# source", "swift": "Swift source", "proto": "protocol buffers", "tf": "Terraform", "hcl": "HCL"}[ext],
			"class struct enum func let var if else for while return import using namespace public private static void int string bool true false null nil new message service rpc returns syntax package option repeated resource variable provider module data output")
	case "rs":
		l := curly("Rust source", "as async await break const continue crate dyn else enum extern false fn for if impl in let loop match mod move mut pub ref return self Self static struct super trait true type unsafe use where while")
		l.quotes = `"` // a ' may begin a lifetime
		return l
	case "js", "mjs", "cjs", "jsx", "ts", "tsx":
		name := "JavaScript source"
		if strings.HasPrefix(ext, "ts") {
			name = "TypeScript source"
		}
		l := curly(name, "async await break case catch class const continue default delete do else export extends finally for from function if import in instanceof interface let new null of return static super switch this throw true false try type typeof undefined var void while yield")
		l.fences = append(l.fences, fence{"`", "`", String})
		return l
	case "css", "scss", "less":
		l := curly("style sheet", "@media @import @font-face @keyframes")
		l.letters = "@-"
		if ext == "css" {
			l.line = nil
		}
		return l
	case "php":
		l := curly("PHP source", "abstract and array as break case catch class const continue default do echo else elseif extends final for foreach function global if implements include interface namespace new null or private protected public require return static switch this throw true false try use var while")
		l.line = []string{"//", "#"}
		return l
	case "py", "pyi":
		return &Language{
			Name: "Python source", line: []string{"#"}, quotes: `"'`, escapes: true,
			fences:   []fence{{`"""`, `"""`, String}, {"'''", "'''", String}},
			keywords: set("False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield self"),
		}
	case "rb", "rake", "gemspec":
		return &Language{
			Name: "Ruby source", line: []string{"#"}, quotes: `"'`, escapes: true, fences: []fence{{"=begin", "=end", Comment}},
			keywords: set("alias and begin break case class def defined do else elsif end ensure false for if in module next nil not or redo require rescue retry return self super then true undef unless until when while yield"),
		}
	case "pl", "pm":
		return &Language{
			Name: "Perl source", line: []string{"#"}, quotes: `"'`, escapes: true,
			keywords: set("my our local sub if elsif else unless while until for foreach last next return use no package require and or not eq ne lt gt die print"),
		}
	case "lua":
		return &Language{
			Name: "Lua source", line: []string{"--"}, quotes: `"'`, escapes: true, fences: []fence{{"--[[", "]]", Comment}, {"[[", "]]", String}},
			keywords: set("and break do else elseif end false for function goto if in local nil not or repeat return then true until while"),
		}
	case "sql":
		return &Language{
			Name: "SQL", line: []string{"--"}, quotes: `'"`, anycase: true, fences: []fence{{"/*", "*/", Comment}},
			keywords: set("select from where insert into values update set delete create table index view drop alter add primary key foreign references not null default unique and or in is join left right inner outer on group by order having limit as distinct union all begin commit rollback integer text varchar"),
		}
	case "awk":
		return &Language{Name: "awk script", line: []string{"#"}, quotes: `"`, escapes: true, keywords: set("BEGIN END if else while for do function return print printf next exit getline")}
	case "sh", "bash", "zsh", "ash", "ksh":
		return shell()
	case "mk":
		return &Language{
			Name: "makefile", line: []string{"#"}, quotes: `"'`, escapes: true, names: rule,
			keywords: set("ifeq ifneq ifdef ifndef else endif include define endef export override"),
		}
	case "yaml", "yml":
		return &Language{Name: "YAML", line: []string{"#"}, quotes: `"'`, escapes: true, names: setting, keywords: set("true false null yes no")}
	case "toml":
		return &Language{
			Name: "TOML", line: []string{"#"}, quotes: `"'`, escapes: true, names: setting, keywords: set("true false"),
			fences: []fence{{`"""`, `"""`, String}, {"'''", "'''", String}},
		}
	case "ini", "conf", "cfg", "cnf", "properties", "service", "desktop", "env", "repo":
		return &Language{Name: "settings", line: []string{"#", ";"}, quotes: `"`, names: setting, keywords: set("true false yes no on off")}
	case "json", "json5", "webmanifest":
		return &Language{Name: "JSON", quotes: `"`, escapes: true, keywords: set("true false null")}
	case "html", "htm", "xml", "svg", "xhtml", "plist", "pom", "vue":
		name := "XML"
		if ext == "html" || ext == "htm" || ext == "xhtml" || ext == "vue" {
			name = "HTML"
		}
		return &Language{Name: name, quotes: `"`, letters: "-:", names: tag, fences: []fence{{"<!--", "-->", Comment}}}
	case "md", "markdown":
		return &Language{Name: "Markdown", line: []string{"#"}, fences: []fence{{"```", "```", String}}}
	case "diff", "patch":
		return &Language{Name: "patch", line: []string{"---", "+++", "@@", "diff "}}
	case "vim":
		return &Language{Name: "Vim script", line: []string{`"`}, keywords: set("set let if else endif function endfunction call autocmd syntax")}
	}
	return nil
}
