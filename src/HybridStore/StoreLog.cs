using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using HybridStore.Native.Posix;

namespace HybridStore;

/// <summary>What was done to a store and when: one JSON object a line, in <c>log/hybrid.ndjson</c>.</summary>
/// <remarks>
/// For people who look into what happened at night. It is no part of the lake's truth: that the log cannot be written never fails what it
/// tells of. Bounded: at 4 MB the file becomes <c>hybrid.1.ndjson</c>, and the four newest are kept. Names, counts and versions only: no
/// arguments, no environment, no rows. Safe for several processes and threads.
/// </remarks>
/// <param name="paths">The store; nothing is written when there is none.</param>
/// <param name="time">The clock.</param>
public sealed class StoreLog(StorePaths paths, TimeProvider time)
{
    private const long FileBytesMax = 4 << 20;
    private const int FilesMax = 4;

    /// <summary>For whom the umask lets in: a store may be a group's.</summary>
    private const UnixFileMode Everyone = (UnixFileMode)0b110_110_110;

    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Adds a line.</summary>
    /// <param name="name">What happened, in a word.</param>
    /// <param name="write">Adds properties.</param>
    public void Write(string name, Action<Utf8JsonWriter> write)
    {
        if (!Directory.Exists(paths.Root)) return;
        using var line = new MemoryStream();
        using (var json = new Utf8JsonWriter(line, Json))
        {
            json.WriteStartObject();
            json.WriteString("time", time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            json.WriteString("event", name);
            json.WriteNumber("process", Environment.ProcessId);
            write(json);
            json.WriteEndObject();
        }

        line.WriteByte((byte)'\n');
        try
        {
            Directory.CreateDirectory(paths.Log);
            new LineFile(paths.LogFile, FileBytesMax, FilesMax, Everyone).Append(line.GetBuffer().AsSpan(0, (int)line.Length));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // See remarks.
        }
    }
}
