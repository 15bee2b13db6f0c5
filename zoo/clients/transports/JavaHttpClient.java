import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Scanner;

/** java.net.http.HttpClient as HTTP/1.1, with no other setting. */
class JavaHttpClient {
  public static void main(String[] args) {
    if (args.length > 0) {
      System.out.println("JDK " + Runtime.version().feature() + " (" + Runtime.version() + ")");
      return;
    }
    var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    var lines = new Scanner(System.in);
    while (lines.hasNextLine()) {
      var words = lines.nextLine().split(" ");
      var body = words[0].equals("POST") ? BodyPublishers.ofString("{\"amount\":4200}") : BodyPublishers.noBody();
      try {
        var request = HttpRequest.newBuilder(URI.create(words[1])).header("content-type", "application/json");
        var status = client.send(request.method(words[0], body).build(), BodyHandlers.ofString()).statusCode();
        System.out.println(status < 400 ? "ok" : "status " + status);
      } catch (Exception failure) {
        System.out.println(failure.toString().replace('\n', ' '));
      }
    }
  }
}
