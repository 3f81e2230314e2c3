package rewrite

import (
	"path"
	"strings"

	"github.com/stagedive/stagedive/model"
)

// ImageName is an image reference without tag and digest.
func ImageName(ref string) string {
	ref, _, _ = strings.Cut(ref, "@")
	name, _ := cutTag(ref)
	return name
}

// cutTag parts a reference without a digest at its tag: the last colon that no slash
// follows and that is not within a variable.
func cutTag(ref string) (name, tag string) {
	depth := 0
	for i := len(ref) - 1; i >= 0; i-- {
		switch ref[i] {
		case '}':
			depth++
		case '{':
			depth--
		case '/':
			if depth == 0 {
				return ref, ""
			}
		case ':':
			if depth == 0 {
				return ref[:i], ref[i+1:]
			}
		}
	}
	return ref, ""
}

// Counterpart is the image to run in what an image builds, by the habits of the official
// images: "" where there is none, or where it is one already. static says that what is
// run needs no library.
func Counterpart(ref string, static bool) string {
	ref, _, _ = strings.Cut(ref, "@")
	name, tag := cutTag(ref)
	bare := path.Base(name)
	alpine := strings.Contains(tag, "alpine")
	switch bare {
	case "node", "python", "ruby", "swift", "perl", "erlang", "elixir":
		switch {
		case alpine || strings.Contains(tag, "slim"):
			return ""
		case tag == "" || tag == "latest":
			return name + ":slim"
		}
		return name + ":" + tag + "-slim"
	case "golang", "rust", "gcc", "haskell", "buildpack-deps":
		switch {
		case static:
			return "scratch"
		case alpine:
			return "alpine"
		}
		return "debian:" + debianOf(tag) + "-slim"
	case "eclipse-temurin":
		if strings.Contains(tag, "jre") {
			return ""
		}
		return name + ":" + jre(tag)
	case "maven", "gradle", "openjdk", "ibm-semeru-runtimes":
		if strings.Contains(tag, "jre") {
			return ""
		}
		if tag = javaOf(bare, tag); tag == "" {
			return ""
		}
		return "eclipse-temurin:" + tag
	case "sdk": // of .NET, in its maker's registry
		if at, ok := strings.CutSuffix(name, "dotnet/sdk"); ok && tag != "" {
			return at + "dotnet/aspnet:" + tag
		}
	}
	return ""
}

// debianOf is the release of Debian that a tag names.
func debianOf(tag string) string {
	for _, release := range [...]string{"trixie", "bookworm", "bullseye", "buster"} {
		if strings.Contains(tag, release) {
			return release
		}
	}
	return "stable"
}

// jre is the tag of the runtime beside a JDK's: 21-jdk-alpine is 21-jre-alpine.
func jre(tag string) string {
	if strings.Contains(tag, "jdk") {
		return strings.Replace(tag, "jdk", "jre", 1)
	}
	version, rest, _ := strings.Cut(tag, "-")
	if version == "" || version == "latest" {
		return "jre"
	}
	if rest != "" {
		rest = "-" + rest
	}
	return version + "-jre" + rest
}

// javaOf is the tag of the runtime for what a build image's tag says of Java:
// 3.9-eclipse-temurin-21 and 8-jdk21 are both 21-jre.
func javaOf(image, tag string) string {
	version := ""
	switch {
	case image == "openjdk", image == "ibm-semeru-runtimes":
		version, _, _ = strings.Cut(tag, "-")
	default:
		for _, before := range [...]string{"temurin-", "openjdk-", "corretto-", "jdk-", "jdk"} {
			if _, after, ok := strings.Cut(tag, before); ok {
				version, _, _ = strings.Cut(after, "-")
				break
			}
		}
	}
	if strings.Trim(version, "0123456789.") != "" || version == "" {
		return ""
	}
	if strings.Contains(tag, "alpine") {
		return version + "-jre-alpine"
	}
	return version + "-jre"
}

// From is a FROM of another image for a stage.
func From(image string, s model.Stage) string {
	if s.Name == "" {
		return "FROM " + image
	}
	return "FROM " + image + " AS " + s.Name
}
