using Apache.Arrow.Ipc;

namespace HybridStore.Query.Arrow;

/// <summary>Writes record batches in Arrow's IPC formats.</summary>
public static class ArrowOutput
{
    /// <summary>Writes all rows of a reader.</summary>
    /// <param name="reader">Read to its end.</param>
    /// <param name="stream">Left open.</param>
    /// <param name="isFile">The file format, which readers open at any batch, or the stream format, which pipes carry.</param>
    /// <returns>How many rows there were.</returns>
    /// <exception cref="StoreException">As for <see cref="ArrowReader.Read"/>.</exception>
    /// <exception cref="IOException">The stream refused.</exception>
    public static long Write(ArrowReader reader, Stream stream, bool isFile)
    {
        using var writer = isFile ? new ArrowFileWriter(stream, reader.Schema, leaveOpen: true) : new ArrowStreamWriter(stream, reader.Schema, leaveOpen: true);
        writer.WriteStart();
        var rows = 0L;
        while (reader.Read() is { } batch)
        {
            using (batch) writer.WriteRecordBatch(batch);
            rows += batch.Length;
        }

        writer.WriteEnd();
        return rows;
    }
}
