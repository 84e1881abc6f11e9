using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace HybridStore.Lake;

/// <summary>The checksum that Delta defines for a JSON object: MD5 of its members in one canonical spelling.</summary>
/// <remarks>Source: Delta protocol, "JSON checksum". It finds damage, it keeps nobody out.</remarks>
internal static class JsonChecksum
{
    /// <summary>The checksum of an object, but for its own member <c>checksum</c>.</summary>
    /// <returns>32 lower-case hexadecimal digits.</returns>
    [SuppressMessage("Security", "CA5351", Justification = "The Delta protocol asks for MD5.")]
    internal static string Of(JsonElement json) => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(ToCanonical(json))));

    internal static string ToCanonical(JsonElement json)
    {
        var pairs = new List<(string Path, string Value)>();
        foreach (var member in json.EnumerateObject().Where(member => member.Name != "checksum")) Add(pairs, Text(member.Name), member.Value);
        return string.Join(',', pairs.OrderBy(pair => pair.Path, StringComparer.Ordinal).Select(pair => $"{pair.Path}={pair.Value}"));
    }

    private static void Add(List<(string Path, string Value)> pairs, string path, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject()) Add(pairs, $"{path}+{Text(member.Name)}", member.Value);
                break;
            case JsonValueKind.Array:
                var index = 0;
                foreach (var item in value.EnumerateArray()) Add(pairs, string.Create(CultureInfo.InvariantCulture, $"{path}+{index++}"), item);
                break;
            case JsonValueKind.String:
                pairs.Add((path, Text(value.GetString()!)));
                break;
            default:
                pairs.Add((path, value.GetRawText()));
                break;
        }
    }

    // RFC 3986 with capital digits, which is just what the protocol asks for.
    private static string Text(string value) => $"\"{Uri.EscapeDataString(value)}\"";
}
