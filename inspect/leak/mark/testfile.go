package mark

import (
	"bytes"
	"path"
	"strings"
)

// How sure a file's name is that it holds tests.
const (
	noTest = iota
	likelyTest
	surelyTest
)

// testName judges by the names that test runners look for. It does not allocate.
func testName(base string) int {
	ext := path.Ext(base)
	stem := base[:len(base)-len(ext)]
	switch ext {
	case ".go":
		if strings.HasSuffix(stem, "_test") {
			return surelyTest
		}
	case ".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts":
		for _, end := range [...]string{".test", ".spec", ".cy", ".e2e", ".e2e-spec"} {
			if strings.HasSuffix(stem, end) {
				return surelyTest
			}
		}
		return noTest
	case ".py":
		switch {
		case base == "conftest.py":
			return surelyTest
		case strings.HasPrefix(base, "test_"), strings.HasSuffix(stem, "_test"), base == "tests.py":
			return likelyTest
		}
	case ".rb":
		switch {
		case base == "spec_helper.rb", base == "rails_helper.rb", base == "test_helper.rb":
			return surelyTest
		case strings.HasSuffix(stem, "_spec"), strings.HasSuffix(stem, "_test"):
			return likelyTest
		}
	case ".exs":
		if strings.HasSuffix(stem, "_test") || base == "test_helper.exs" {
			return surelyTest
		}
	case ".java", ".kt", ".scala", ".cs", ".php", ".swift":
		for _, end := range [...]string{"Test", "Tests", "IT", "Spec"} {
			if strings.HasSuffix(stem, end) && len(stem) > len(end) {
				return likelyTest
			}
		}
	case ".cc", ".cpp", ".c":
		if strings.HasSuffix(stem, "_test") || strings.HasPrefix(stem, "test_") {
			return likelyTest
		}
	case ".rs":
		return noTest
	}
	return noTest
}

// IsTestName says whether a file's name is one that only tests have.
func IsTestName(base string) bool { return testName(base) == surelyTest }

// IsTestDir says whether a directory's name is one that tests are kept in.
func IsTestDir(name string) bool {
	switch name {
	case "test", "tests", "__tests__", "spec", "specs", "testdata", "e2e", "cypress", "__mocks__", "__snapshots__":
		return true
	}
	return false
}

// inTestDir says whether some directory on the way is one for tests.
func inTestDir(dirPath string) bool {
	for p := dirPath; p != "/" && p != "."; p = path.Dir(p) {
		if IsTestDir(path.Base(p)) {
			return true
		}
	}
	return false
}

// isTest says whether a file holds tests: by a name that runners look for, and where that
// may be anything's, by its directory or by what it calls.
func isTest(head []byte, dirPath, base string) bool {
	switch testName(base) {
	case surelyTest:
		return true
	case likelyTest:
		return inTestDir(dirPath) || callsTests(head)
	}
	return path.Ext(base) == ".rs" && path.Base(dirPath) == "tests" && bytes.Contains(head, []byte("#[test]"))
}

// callsTests looks for what test frameworks are called by.
func callsTests(head []byte) bool {
	for _, word := range [...]string{
		"import unittest", "import pytest", "from unittest", "from pytest", "from django.test", "RSpec.", "Minitest", "org.junit", "kotlin.test", "org.scalatest",
		"using Xunit", "using NUnit", "Microsoft.VisualStudio.TestTools", "PHPUnit\\", "gtest/gtest.h", "catch2/", "import XCTest",
	} {
		if bytes.Contains(head, []byte(word)) {
			return true
		}
	}
	return false
}
