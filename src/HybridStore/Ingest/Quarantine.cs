using System.Text.Json;
using System.Text.Json.Serialization;

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
    /// <summary>Reads the quarantine, oldest source first.</summary>
    /// <param name="datasetFolder">The dataset's folder.</param>
    /// <exception cref="StoreException">CorruptStore: a file of it cannot be read.</exception>
    public static IEnumerable<QuarantinedRow> Read(string datasetFolder)
    {
        var folder = Path.Combine(datasetFolder, RejectLog.FolderName);
        if (!Directory.Exists(folder)) yield break;
        foreach (var file in Directory.EnumerateFiles(folder, "*" + RejectLog.Extension).OrderBy(File.GetLastWriteTimeUtc))
        {
            foreach (var line in File.ReadLines(file)) yield return Parse(file, line);
        }
    }

    private static QuarantinedRow Parse(string file, string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, QuarantineJson.Default.QuarantinedRow)!;
        }
        catch (JsonException exception)
        {
            throw new StoreException(StoreErrorKind.CorruptStore, $"{file}: expected one JSON object a line, found '{line[..Math.Min(40, line.Length)]}'. Delete the file and ingest its source again.", exception);
        }
    }
}

/// <summary>How a quarantined row stands in JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(QuarantinedRow))]
internal sealed partial class QuarantineJson : JsonSerializerContext;
