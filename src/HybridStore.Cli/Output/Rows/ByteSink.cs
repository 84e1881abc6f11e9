using HybridStore.Query;

namespace HybridStore.Cli.Output.Rows;

/// <summary>Text on its way to a stream.</summary>
/// <param name="stream">UTF-8 goes here.</param>
internal sealed class ByteSink(Stream stream)
{
    private const int FlushBytes = 64 * 1024;

    /// <summary>Where to append.</summary>
    internal Utf8Buffer Buffer { get; } = new();

    /// <summary>Writes what there is once it is worth a call.</summary>
    internal void FlushWhenFull()
    {
        if (Buffer.Length >= FlushBytes) Flush();
    }

    /// <summary>Writes what there is.</summary>
    internal void Flush()
    {
        stream.Write(Buffer.Written);
        Buffer.Clear();
        stream.Flush();
    }
}
