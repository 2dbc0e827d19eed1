package comments

type Tested interface {
	//gen:attr http.method=m
	Get(m string)
}
