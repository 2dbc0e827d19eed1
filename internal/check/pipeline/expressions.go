package pipeline

import (
	"regexp"
	"strings"
	"sync"
)

var (
	expressions = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?s)\$\{\{(.*?)\}\}`) })
	bracketed   = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\[\s*['"]([\w-]+)['"]\s*\]`) })

	// strangers matches what somebody can write who may do nothing here. Source: GitHub's
	// documentation, Secure use reference, "Good practices for mitigating script injection attacks".
	strangers = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?i)\bgithub\.(head_ref\b` +
			`|event\.(` +
			`(issue|pull_request|discussion)\.(title|body)\b` +
			`|(comment|review|review_comment|answer)\.body\b` +
			`|pages\b.*\.page_name\b` +
			`|(commits\b.*|head_commit|workflow_run\.head_commit)\.(message|author\.(email|name)|committer\.(email|name))\b` +
			`|pull_request\.head\.(ref|label|repo\.(default_branch|description|homepage))\b` +
			`|workflow_run\.(head_branch|display_title|head_repository\.(description|default_branch)|pull_requests\b.*\.head\.ref)\b` +
			`|(release|milestone|project_card|label)\.(name|body|title|note|description)\b` +
			`))` +
			`|(?i)\btojson\s*\(\s*github(\.event(\.\w+)?)?\s*\)`)
	})

	// harmless matches what only GitHub decides, in letters that no shell minds.
	harmless = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?i)^(github\.(sha|run_id|run_number|run_attempt|event_name|repository|repository_id|repository_owner|repository_owner_id|workspace|action_path|job|server_url|api_url|event\.(number|pull_request\.number|issue\.number|pull_request\.head\.sha|pull_request\.base\.sha))` +
			`|runner\.(os|arch|temp|tool_cache|name)|job\.status|matrix\.[\w.-]+|strategy\.[\w-]+|hashfiles\([^)]*\))$`)
	})
)

// expression finds, line by line, the expressions in a script that need to be told: isUntrusted
// is whether a stranger decides what they say.
func inScript(script string, tell func(line int, text string, isUntrusted bool)) {
	for _, m := range expressions().FindAllStringSubmatchIndex(script, -1) {
		inner := strings.TrimSpace(bracketed().ReplaceAllString(script[m[2]:m[3]], ".$1"))
		line := strings.Count(script[:m[0]], "\n")
		switch {
		case strangers().MatchString(inner):
			tell(line, inner, true)
		case !harmless().MatchString(inner):
			tell(line, inner, false)
		}
	}
}
