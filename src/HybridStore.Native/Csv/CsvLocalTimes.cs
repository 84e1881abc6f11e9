using HybridStore.Native.Zones;

namespace HybridStore.Native.Csv;

/// <summary>A column of times that name no zone and are a zone's: they become instants.</summary>
/// <param name="Column">A timestamp column of the batch.</param>
/// <param name="SymbolColumn">The text column of the batch within whose values times stand in their order: it tells the two passes of a doubled hour apart.</param>
/// <param name="Zone">The zone.</param>
/// <remarks>
/// A time that the clocks skip is rejected. One that comes twice belongs to the first pass when it comes after the symbol's last row, to the
/// second when it does not; what the order leaves open is rejected. The reader must begin at the start of the file.
/// </remarks>
public sealed record CsvLocalTimes(int Column, int SymbolColumn, ZoneRules Zone);
