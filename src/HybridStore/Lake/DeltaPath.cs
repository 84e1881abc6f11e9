using System.Globalization;
using System.Text;

namespace HybridStore.Lake;

/// <summary>A data file's path as Delta writes it: URL-encoded from the real folder names.</summary>
/// <remarks>FORMAT.md, "Paths in the log".</remarks>
internal static class DeltaPath
{
    /// <summary>The real path as a URL's.</summary>
    internal static string Encode(string path)
    {
        if (!path.AsSpan().ContainsAnyExcept(Plain)) return path;
        var text = new StringBuilder(path.Length + 16);
        foreach (var value in Encoding.UTF8.GetBytes(path))
        {
            if (Plain.Contains((char)value)) text.Append((char)value);
            else text.Append('%').Append(value.ToString("X2", CultureInfo.InvariantCulture));
        }

        return text.ToString();
    }

    /// <summary>Undoes <see cref="Encode"/>, and what other programs write.</summary>
    /// <returns>Null when the path leads out of the dataset's data: absolute, with <c>..</c>, or into a hidden folder.</returns>
    internal static string? TryDecode(string url)
    {
        var path = url.Contains('%', StringComparison.Ordinal) ? Uri.UnescapeDataString(url) : url;
        if (path.Length == 0 || path[0] == '/' || path.Contains('\0') || path.Contains('\\') || path.Contains(':') && path.AsSpan().IndexOf(':') < IndexOrEnd(path)) return null;
        foreach (var part in path.Split('/'))
        {
            if (part is "" or "." or "..") return null;
        }

        return path[0] is '_' or '.' ? null : path;
    }

    private static readonly System.Buffers.SearchValues<char> Plain =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~/=");

    // A colon before the first slash makes a URL's scheme: s3://..., file:/...
    private static int IndexOrEnd(string path) => path.IndexOf('/') is var index and >= 0 ? index : path.Length;
}
