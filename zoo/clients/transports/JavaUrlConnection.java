import java.net.HttpURLConnection;
import java.net.URL;
import java.util.Scanner;

/** java.net.HttpURLConnection with no setting. */
class JavaUrlConnection {
  public static void main(String[] args) {
    if (args.length > 0) {
      System.out.println("JDK " + Runtime.version().feature() + " (" + Runtime.version() + ")");
      return;
    }
    var lines = new Scanner(System.in);
    while (lines.hasNextLine()) {
      var words = lines.nextLine().split(" ");
      try {
        System.out.println(request(words[0], words[1]));
      } catch (Exception failure) {
        System.out.println(failure.toString().replace('\n', ' '));
      }
    }
  }

  private static String request(String method, String url) throws Exception {
    var connection = (HttpURLConnection) new URL(url).openConnection();
    connection.setRequestMethod(method);
    if (method.equals("POST")) {
      connection.setDoOutput(true);
      connection.setRequestProperty("content-type", "application/json");
      try (var out = connection.getOutputStream()) {
        out.write("{\"amount\":4200}".getBytes());
      }
    }
    var status = connection.getResponseCode();
    try (var in = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
      if (in != null) in.readAllBytes();
    }
    return status < 400 ? "ok" : "status " + status;
  }
}
