import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a price as strict object mappers do: a property without a field of that name is an error. */
class ClosedRecord {
  private static final Pattern OBJECT = Pattern.compile("\\s*\\{.*\\}\\s*");
  private static final Pattern PROPERTY =
      Pattern.compile("\"([^\"]*)\"\\s*:\\s*(\"(?:[^\"\\\\]|\\\\.)*\"|[^,}\\s]+)");

  String id;
  long price;

  static ClosedRecord read(String text) {
    if (!OBJECT.matcher(text).matches()) throw new IllegalArgumentException("not an object");
    ClosedRecord read = new ClosedRecord();
    Matcher properties = PROPERTY.matcher(text);
    while (properties.find()) {
      switch (properties.group(1)) {
        case "id" -> read.id = properties.group(2);
        case "price" -> read.price = Long.parseLong(properties.group(2));
        default -> throw new IllegalArgumentException("Unrecognized field \"" + properties.group(1) + "\"");
      }
    }
    return read;
  }

  public static void main(String[] args) throws Exception {
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
    System.out.println("ready");
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      try {
        read(line);
        System.out.println("ok");
      } catch (RuntimeException failure) {
        System.out.println(failure.getClass().getSimpleName() + ": " + failure.getMessage());
      }
    }
  }
}
