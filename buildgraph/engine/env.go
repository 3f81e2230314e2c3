package engine

import "strings"

// lookup is os.Getenv over a given environment, where the last assignment wins.
func lookup(environ []string) func(string) string {
	return func(key string) string {
		for i := len(environ) - 1; i >= 0; i-- {
			if value, ok := strings.CutPrefix(environ[i], key+"="); ok {
				return value
			}
		}
		return ""
	}
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
