# Net::HTTP with one started session, and no other setting.
require "net/http"

if ARGV == ["--version"]
  puts RUBY_VERSION
  exit
end

$stdout.sync = true
http = nil
while (line = $stdin.gets)
  method, url = line.split
  uri = URI(url)
  begin
    http ||= Net::HTTP.start(uri.host, uri.port)
    answer =
      if method == "POST"
        http.post(uri.path, '{"amount":4200}', "content-type" => "application/json")
      else
        http.get(uri.path)
      end
    puts(answer.code.to_i < 400 ? "ok" : "status #{answer.code}")
  rescue StandardError => failure
    puts "#{failure.class}: #{failure.message}".tr("\n", " ")
  end
end
