package image

import (
	"regexp"
	"strings"
)

// asWritten turns what BuildKit's history says of EXPOSE and HEALTHCHECK, which is how
// its own data looks, into what a Dockerfile says. What is not known stays as it is.
func asWritten(s string) string {
	if inner, ok := strings.CutPrefix(s, "EXPOSE ["); ok && strings.HasSuffix(inner, "]") {
		return "EXPOSE " + strings.TrimSuffix(inner, "]")
	}
	if inner, ok := strings.CutPrefix(s, "EXPOSE map["); ok && strings.HasSuffix(inner, "]") {
		return "EXPOSE " + strings.ReplaceAll(strings.TrimSuffix(inner, "]"), ":{}", "")
	}
	if !strings.HasPrefix(s, "HEALTHCHECK ") {
		return s
	}
	m := regexp.MustCompile(`(?s)^HEALTHCHECK &?\{Test:\[(CMD-SHELL|CMD|NONE) ?(.*)\] Interval:(\S+) Timeout:(\S+) StartPeriod:(\S+)(?: StartInterval:(\S+))? Retries:(\d+)\}$`).FindStringSubmatch(s)
	if m == nil {
		return s
	}
	if m[1] == "NONE" {
		return "HEALTHCHECK NONE"
	}
	out := "HEALTHCHECK"
	for i, flag := range []string{"interval", "timeout", "start-period", "start-interval", "retries"} {
		if v := m[3+i]; v != "" && v != "0s" && v != "0" {
			out += " --" + flag + "=" + v
		}
	}
	return out + " CMD " + m[2]
}
