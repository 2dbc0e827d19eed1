// Package teamcomments follows the team's own registry in comments.
package teamcomments

import "context"

//gen:attr acme.secret=secret // want `"acme.secret" was deprecated by the team's registry; nobody may see it`
type Store interface {
	//gen:attr acme.tennant.id=id // want `there is no key "acme.tennant.id"; "acme.tenant.id" was probably meant`
	//gen:attr acme.client=id // want `"acme.client" was renamed to "acme.tenant.id"`
	//gen:attr acme.tenant.id=id
	//gen:attr acme.label.a-b=id
	//gen:attr acme.other.thing=id
	//gen:attr acme.rows.count="many" // want `"acme.rows.count" takes an int, not a string`
	//gen:attr http.method=id
	Get(ctx context.Context, id, secret string) error
}
