using System.Text.Json;
using System.Text.Json.Serialization;
using HybridStore.Lake;
using HybridStore.Native.Posix;

namespace HybridStore.Ingest;

/// <summary>A row that was read and not stored.</summary>
/// <param name="File">Its source, as the user named it.</param>
/// <param name="Line">Its first line there, from 1.</param>
/// <param name="ByteOffset">Of its first byte in the plain text.</param>
/// <param name="Column">The column that failed; null when the row as a whole did.</param>
/// <param name="Text">The field that failed, as it stands.</param>
/// <param name="Reason">What was expected and found.</param>
/// <param name="Row">The row as it stands.</param>
public sealed record QuarantinedRow(string File, long Line, long ByteOffset, string? Column, string Text, string Reason, string Row);

/// <summary>The rows of a dataset that could not be stored.</summary>
public static class Quarantine
{
    private const string LockName = ".lock";
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(5);

    /// <summary>Reads the quarantine, oldest source first.</summary>
    /// <param name="snapshot">The dataset: what is in quarantine is what its log counts.</param>
    /// <exception cref="StoreException">CorruptStore: a file of it cannot be read.</exception>
    public static IEnumerable<QuarantinedRow> Read(LakeSnapshot snapshot) => RejectFileName.Live(snapshot).SelectMany(file => ReadFile(file.Path).Rows);

    /// <summary>Reads a file of the quarantine.</summary>
    /// <exception cref="StoreException">CorruptStore: it is damaged.</exception>
    internal static (RejectFileHead Head, IEnumerable<QuarantinedRow> Rows) ReadFile(string path)
    {
        using var lines = File.ReadLines(path).GetEnumerator();
        if (!lines.MoveNext()) throw Damaged(path, "", null);
        var head = Parse(path, lines.Current, RejectFileHeadJson.Default.RejectFileHead);
        return (head, File.ReadLines(path).Skip(1).Select(line => Parse(path, line, QuarantineJson.Default.QuarantinedRow)));
    }

    /// <summary>Waits until no other writer is between the name of a quarantine file and the commit that counts it.</summary>
    /// <param name="datasetFolder">The dataset's folder.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    internal static FileLock Lock(string datasetFolder, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(datasetFolder, RejectFileName.FolderName);
        while (true)
        {
            try
            {
                Directory.CreateDirectory(folder);
                if (FileLock.TryTake(Path.Combine(folder, LockName)) is { } taken) return taken;
            }
            catch (DirectoryNotFoundException)
            {
                // An ingest without success has removed the folder that it made: make it again.
            }

            cancellationToken.WaitHandle.WaitOne(Turn);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Removes the folder that an ingest without success has made.</summary>
    internal static void RemoveEmpty(string datasetFolder)
    {
        var folder = Path.Combine(datasetFolder, RejectFileName.FolderName);
        var path = Path.Combine(folder, LockName);
        try
        {
            if (!Directory.Exists(folder)) return;
            // Who has the lock is between the name of a file and the commit that counts it; who waits for it finds that the file is another, and begins anew.
            using var held = FileLock.TryTake(path);
            if (held is null || Directory.EnumerateFileSystemEntries(folder).Any(entry => entry != path)) return;
            File.Delete(path);
            Directory.Delete(folder);
        }
        catch (IOException)
        {
            // Another run has begun to use it.
        }
    }

    private static T Parse<T>(string file, string line, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(line, type) ?? throw Damaged(file, line, null);
        }
        catch (JsonException exception)
        {
            throw Damaged(file, line, exception);
        }
    }

    private static StoreException Damaged(string file, string line, Exception? cause) => new(
        StoreErrorKind.CorruptStore, $"{file}: expected one JSON object a line, found '{line[..Math.Min(40, line.Length)]}'. Delete the file and ingest its source again.", cause);
}

/// <summary>How a quarantined row stands in JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(QuarantinedRow))]
internal sealed partial class QuarantineJson : JsonSerializerContext;
