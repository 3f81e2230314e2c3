package packages

import "strings"

// isDevTool says whether a package serves development by what it is: a test framework, a
// linter, a bundler, declarations of types. Nobody loads them to run an application; who
// does has a manifest that says so, or a package that needs them.
func isDevTool(k kind, name string) bool {
	switch k {
	case npm:
		return isNodeTool(name)
	case pypi:
		return isPythonTool(name)
	case gem:
		return isRubyTool(name)
	case composer:
		return isPHPTool(name)
	}
	return false
}

func isNodeTool(name string) bool {
	for _, prefix := range [...]string{
		"@types/", "eslint-", "@eslint/", "@typescript-eslint/", "jest-", "@jest/", "ts-jest", "@vitest/", "karma-", "mocha-", "chai-", "sinon-",
		"prettier-plugin-", "stylelint-", "@storybook/", "@testing-library/", "@playwright/", "@commitlint/", "@swc-node/", "@semantic-release/",
	} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	switch name {
	case "typescript", "ts-node-dev", "tsx", "webpack", "webpack-cli", "webpack-dev-server", "parcel", "gulp", "grunt", "rollup", "esbuild",
		"jest", "mocha", "chai", "sinon", "vitest", "karma", "jasmine", "ava", "tap", "nyc", "c8", "cypress", "playwright", "supertest", "nock",
		"eslint", "prettier", "stylelint", "tslint", "jshint", "standard", "xo", "husky", "lint-staged", "nodemon", "node-gyp", "storybook", "semantic-release", "typedoc", "jsdoc":
		return true
	}
	return false
}

func isPythonTool(name string) bool {
	for _, prefix := range [...]string{"pytest-", "flake8-", "types-", "pylint-", "mypy-", "sphinx-", "tox-"} {
		if strings.HasPrefix(name, prefix) && name != "mypy-extensions" {
			return true
		}
	}
	switch name {
	case "pytest", "mypy", "ruff", "black", "flake8", "tox", "nox", "pylint", "isort", "coverage", "hypothesis", "pre-commit", "bandit",
		"pyright", "autopep8", "yapf", "pycodestyle", "pyflakes", "mccabe", "sphinx", "ipdb", "pudb", "factory-boy", "responses", "vulture", "twine":
		return true
	}
	return false
}

func isRubyTool(name string) bool {
	for _, prefix := range [...]string{"rspec-", "rubocop-", "guard-", "capybara-", "simplecov-"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	switch name {
	case "rspec", "rubocop", "guard", "capybara", "simplecov", "byebug", "pry-byebug", "web-console", "spring", "factory_bot", "factory_bot_rails", "standardrb", "yard", "solargraph", "brakeman", "webmock", "vcr":
		return true
	}
	return false
}

func isPHPTool(name string) bool {
	switch name {
	case "phpunit/phpunit", "phpstan/phpstan", "vimeo/psalm", "squizlabs/php_codesniffer", "friendsofphp/php-cs-fixer", "mockery/mockery",
		"pestphp/pest", "phpspec/phpspec", "behat/behat", "rector/rector", "infection/infection", "fakerphp/faker", "laravel/pint", "laravel/sail", "nunomaduro/collision", "symfony/maker-bundle":
		return true
	}
	return strings.HasPrefix(name, "phpstan/") && name != "phpstan/phpdoc-parser"
}
