module example.com/cases/go121

go 1.21
