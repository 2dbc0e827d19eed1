package comments

import "context"

// Right has nothing that is wrong. In //gen:attr http.method=m an old key would stand.
//
// A line begins with it:
// //gen:attr http.method=m
//
//gen:attr db.system.name="postgresql"
//gen:attr enduser.id=id
type Right interface {
	//gen:attribute http.method=m
	//gen:attr
	//gen:attr!
	//gen:attr http.method
	//gen:attr http.method=
	//gen:attr http method=m
	//gen:attr http.method: m
	//gen:attr is written http.method=m
	//gen:attr .http.method=m
	//gen:attr http..method=m
	//gen:span name="http.method"
	//gen:attr http.response.status_code=200
	//gen:attr order.id=id
	//gen:attr order.http.method=id
	//gen:attr http.router=id
	//gen:attr status=id
	// gen:attr http.method=id
	/*gen:attr http.method=id*/
	Get(ctx context.Context, m, id string) error

	//gen:attr http.method=m

	// The comment above stands at no method.
	Put(ctx context.Context, m string) error
}

//gen:attr http.method=m
type Struct struct {
	//gen:attr http.method=m
	Method string //gen:attr http.method=m
}

//gen:attr http.method=m
func body() {
	//gen:attr http.method=m
	type local interface {
		//gen:attr http.method=m
		Get(m string)
	}
	var _ local //gen:attr http.method=m
}

//gen:attr http.method=m
var _ = body

//gen:attr http.method=m
type Func func(
	m string, //gen:attr http.method
)
