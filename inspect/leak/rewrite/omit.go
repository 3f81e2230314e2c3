package rewrite

import (
	"path"
	"strings"
)

// installer is a command that installs packages, and what keeps it from those for
// development.
type installer struct {
	command string
	without string // the command to write in its place
	rule    string
}

func installers() []installer {
	return []installer{
		{"npm ci", "npm ci --omit=dev", "SD-D001"},
		{"pnpm install", "pnpm install --prod", "SD-D001"},
		{"pnpm i ", "pnpm install --prod ", "SD-D001"},
		{"npm install", "npm install --omit=dev", "SD-D001"},
		{"yarn install", "yarn install --production", "SD-D001"},
		{"uv sync", "uv sync --no-dev", "SD-D002"},
		{"poetry install", "poetry install --only main", "SD-D002"},
		{"pipenv install --dev", "pipenv install", "SD-D002"},
		{"pipenv sync --dev", "pipenv sync", "SD-D002"},
		{"pdm install", "pdm install --prod", "SD-D002"},
		{"pdm sync", "pdm sync --prod", "SD-D002"},
		{"bundle install", "bundle config set --local without 'development test' && bundle install", "SD-D003"},
		{"composer install", "composer install --no-dev", "SD-D004"},
	}
}

// OmitDev is an installation, as the rule with that ID asks for it, without packages for development; ok is false when the
// instruction is none, or does without them already.
func OmitDev(rule, text string) (fixed string, ok bool) {
	for _, without := range [...]string{"--omit=dev", "--omit dev", "--prod", "--no-dev", "--only main", "--without", "config set without", "NODE_ENV=production"} {
		if strings.Contains(text, without) {
			return "", false
		}
	}
	if rule == "SD-T007" {
		rule = "SD-D001"
	}
	for _, c := range installers() {
		if c.rule != rule || !strings.Contains(text, c.command) {
			continue
		}
		if strings.ContainsAny(text, "\n␊") || len(text) > MaxPasted {
			return "write " + strings.TrimSpace(c.without) + " in place of " + strings.TrimSpace(c.command), true
		}
		return strings.Replace(text, c.command, c.without, 1), true
	}
	for _, w := range strings.Fields(text) {
		if rule == "SD-D002" && strings.HasSuffix(w, ".txt") && strings.Contains(text, "pip") && isDevList(path.Base(w)) {
			return "leave out -r " + w + ": it lists what is for development", true
		}
	}
	return "", false
}

func isDevList(base string) bool {
	for _, word := range [...]string{"dev", "test", "lint", "docs", "ci"} {
		if strings.Contains(base, word) {
			return true
		}
	}
	return false
}

// Prune is how packages for development are taken out of what was installed with them.
func Prune(rule string) string {
	switch rule {
	case "SD-D002":
		return "install into a virtual environment of its own without the groups for development (uv sync --no-dev, pip install -r requirements.txt)"
	case "SD-D003":
		return "bundle config set --local without 'development test' && bundle clean --force"
	case "SD-D004":
		return "composer install --no-dev"
	}
	return "npm prune --omit=dev"
}
