// net/http with its default client, and no other setting; KEYED adds an Idempotency-Key to a POST.
package main

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime"
	"strings"
)

func main() {
	if len(os.Args) > 1 {
		fmt.Println(strings.TrimPrefix(runtime.Version(), "go"))
		return
	}
	lines := bufio.NewScanner(os.Stdin)
	for count := 0; lines.Scan(); count++ {
		words := strings.Fields(lines.Text())
		fmt.Println(request(words[0], words[1], count))
	}
}

func request(method string, url string, count int) string {
	var body io.Reader
	if method == "POST" {
		body = strings.NewReader(`{"amount":4200}`)
	}
	request, _ := http.NewRequest(method, url, body)
	if method == "POST" {
		request.Header.Set("content-type", "application/json")
	}
	if method == "POST" && os.Getenv("KEYED") != "" {
		request.Header.Set("idempotency-key", fmt.Sprintf("%d-%d", os.Getpid(), count))
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return strings.ReplaceAll(err.Error(), "\n", " ")
	}
	defer answer.Body.Close()
	if _, err := io.ReadAll(answer.Body); err != nil {
		return err.Error()
	}
	if answer.StatusCode >= 400 {
		return answer.Status
	}
	return "ok"
}
