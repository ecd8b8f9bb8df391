using TrackingSilo.Domain.Shipments;

namespace TrackingSilo.Simulation;

/// <summary>Writes down what happens to parcels, from the merchant's registration to the door or back.</summary>
sealed class ParcelLife(List<LifeStep> steps, Random random)
{
    /// <summary>All that happens to the parcels of one tour, and its manifests, by time.</summary>
    public static List<LifeStep> Of(TourPlan tour)
    {
        var steps = new List<LifeStep>();
        var life = new ParcelLife(steps, Seeds.For(tour.City.Seed, "life", tour.Day, tour.Index));
        steps.Add(new LifeStep(tour.DepartsAt - TimeSpan.FromMinutes(12), LifeStepKind.Manifest));
        foreach (var stop in tour.Stops.Where(stop => !stop.IsSecondVisit))
        {
            for (var i = 0; i < stop.Parcels.Length; i++)
            {
                life.ToTheVan(tour, stop, stop.Parcels[i]);
                var atTheDoor = stop.ArrivesAt + (((i + 1.0) / (stop.Parcels.Length + 1)) * (stop.LeavesAt - stop.ArrivesAt));
                life.AtTheDoor(tour, stop, stop.Parcels[i], Whole(atTheDoor));
            }
        }
        steps.Sort(static (a, b) => a.At.CompareTo(b.At) is var order and not 0 ? order : a.Number.CompareTo(b.Number));
        return steps;
    }

    void ToTheVan(TourPlan tour, PlannedStop stop, Parcel parcel)
    {
        var city = tour.City;
        var dayBefore = tour.Day - 1;
        var registered = random.Chance(0.5)
            ? city.At(tour.Day - 2, 8) + random.Minutes(0, 9 * 60 - 5)
            : city.At(dayBefore, 8) + random.Minutes(0, 4 * 60);
        Promise(tour, stop, parcel);
        steps.Add(new LifeStep(registered, LifeStepKind.Registration, parcel));
        Scan(registered + TimeSpan.FromSeconds(2), parcel, ScanEvent.Registered, ScanPlace.None, "Shipment data received");

        var from = city.At(dayBefore, 9);
        var earliest = registered + TimeSpan.FromMinutes(20);
        var pickedUp = (earliest > from ? earliest : from) + random.Minutes(0, 120);
        Scan(pickedUp, parcel, ScanEvent.PickedUp, ScanPlace.None, "Picked up from the sender");
        var atHub = pickedUp + random.Minutes(25, 60);
        Scan(atHub, parcel, ScanEvent.ArrivedAtFacility, ScanPlace.Hub, "Arrived at the sorting centre");
        if (random.Chance(0.06))
            Scan(atHub + random.Minutes(5, 15), parcel, ScanEvent.Delayed, ScanPlace.Hub, random.Pick<string>(s_delays));
        Scan(atHub + random.Minutes(20, 55), parcel, ScanEvent.DepartedFacility, ScanPlace.Hub, "Left the sorting centre");
        Scan(city.At(tour.Day, 6) + random.Minutes(5, 90), parcel, ScanEvent.ArrivedAtFacility, ScanPlace.Depot, "Arrived at the depot");
        Scan(tour.DepartsAt - random.Minutes(15, 60), parcel, ScanEvent.LoadedOnVehicle, ScanPlace.Depot, "Loaded onto the van");
        Scan(tour.DepartsAt - random.Minutes(1, 6), parcel, ScanEvent.OutForDelivery, ScanPlace.Depot, "Out for delivery");
        if (random.Chance(0.03))
            steps.Add(new LifeStep(tour.DepartsAt + random.Minutes(2, 25), LifeStepKind.Command, parcel, Description: random.Pick<string>(s_wishes)));
    }

    static readonly string[] s_wishes = ["In die Garage, bitte", "Behind the bicycle shed", "Balkon links"];

    static readonly string[] s_delays = ["Delayed by weather", "Delayed: missorted", "Delayed: vehicle breakdown", "Delayed: strike"];

    void Promise(TourPlan tour, PlannedStop stop, Parcel parcel)
    {
        parcel.PromisedBy = tour.City.At(tour.Day, parcel.Service == "evening" ? 21 : 18);
        if (parcel.Service != "express")
            return;
        // A window that the plan keeps, sometimes barely, so that some are at risk and some late.
        var slack = random.Minutes(-15, 60);
        parcel.PromisedFrom = stop.PlannedAt - TimeSpan.FromMinutes(60);
        parcel.PromisedBy = stop.PlannedAt + slack;
    }

    void AtTheDoor(TourPlan tour, PlannedStop stop, Parcel parcel, DateTimeOffset at)
    {
        if (tour.Stops.Find(other => other.IsSecondVisit && other.Parcels[0] == parcel) is { } second)
        {
            SecondVisit(parcel, stop, second, at);
            return;
        }
        switch (random.NextDouble())
        {
            case < 0.85:
                Scan(at, parcel, ScanEvent.Delivered, ScanPlace.Door, "Delivered");
                break;
            case < 0.88:
                TakenBack(parcel, at);
                break;
            case < 0.95:
                Scan(at, parcel, ScanEvent.AttemptFailed, ScanPlace.Door, "Nobody at home");
                var shelved = at + random.Minutes(12, 35);
                Scan(shelved, parcel, ScanEvent.ReadyForPickup, ScanPlace.None, "Ready at the parcel shop");
                if (random.Chance(0.4))
                    Scan(shelved + random.Minutes(15, 90), parcel, ScanEvent.Delivered, ScanPlace.None, "Collected");
                break;
            case < 0.98:
                Scan(at, parcel, ScanEvent.AttemptFailed, ScanPlace.Door, "Refused by the recipient");
                Scan(at + random.Minutes(3, 10), parcel, ScanEvent.ReturnStarted, ScanPlace.Door, "Goes back to the sender");
                break;
            default:
                Scan(at, parcel, ScanEvent.AttemptFailed, ScanPlace.Door, "No access to the building");
                break;
        }
    }

    void SecondVisit(Parcel parcel, PlannedStop first, PlannedStop second, DateTimeOffset at)
    {
        Scan(at, parcel, ScanEvent.AttemptFailed, ScanPlace.Door, "Nobody at home");
        var planned = first.LeavesAt + TimeSpan.FromMinutes(2);
        steps.Add(new LifeStep(planned, LifeStepKind.Manifest, Number: 1));
        Scan(planned + TimeSpan.FromSeconds(5), parcel, ScanEvent.Redelivery, ScanPlace.None, "A second attempt today");
        Scan(planned + TimeSpan.FromSeconds(10), parcel, ScanEvent.OutForDelivery, ScanPlace.None, "Out for delivery");
        Scan(Whole(second.ArrivesAt + ((second.LeavesAt - second.ArrivesAt) / 2)), parcel, ScanEvent.Delivered, ScanPlace.Door, "Delivered");
    }

    // Scanned by mistake some stops before, and taken back: it was still on the van.
    void TakenBack(Parcel parcel, DateTimeOffset at)
    {
        if (!parcel.Carrier.NumbersEvents)
        {
            Scan(at, parcel, ScanEvent.Delivered, ScanPlace.Door, "Delivered");
            return;
        }
        var mistake = at - random.Minutes(6, 9);
        var wrong = Scan(mistake, parcel, ScanEvent.Delivered, ScanPlace.None, "Delivered");
        steps.Add(new LifeStep(
            mistake + random.Minutes(1, 4), LifeStepKind.Scan, parcel, ScanEvent.Retraction, ++parcel.Scans, wrong, Description: "Scanned by mistake"));
        Scan(at, parcel, ScanEvent.Delivered, ScanPlace.Door, "Delivered");
    }

    int Scan(DateTimeOffset at, Parcel parcel, ScanEvent scanEvent, ScanPlace place, string description)
    {
        steps.Add(new LifeStep(at, LifeStepKind.Scan, parcel, scanEvent, ++parcel.Scans, Place: place, Description: description));
        return parcel.Scans;
    }

    /// <summary>Parcels of a day that are on no van: on their way back, cancelled, lost, silent, waiting in a shop.</summary>
    public static List<LifeStep> OfOthers(City city, int day)
    {
        var steps = new List<LifeStep>();
        var random = Seeds.For(city.Seed, "others", day);
        var life = new ParcelLife(steps, random);
        for (var i = 0; i < Math.Max(10, city.Vans); i++)
        {
            var carrier = CarrierProfile.All[i % CarrierProfile.All.Length];
            var door = new Spot(Math.Round(random.Between(-3_000, 3_000)), Town.Block * random.Next(-30, 31));
            var parcel = ParcelMaker.Make(city, carrier, day, 9_000 + (i / 1_000), i % 1_000, door, random);
            life.Other(city, day, parcel, i % 5);
        }
        steps.Sort(static (a, b) => a.At.CompareTo(b.At) is var order and not 0 ? order : a.Number.CompareTo(b.Number));
        return steps;
    }

    void Other(City city, int day, Parcel parcel, int fate)
    {
        parcel.PromisedBy = city.At(day - 1, 18);
        // What makes the fate known comes between five past ten and noon.
        var today = city.At(day, 10) + random.Minutes(5, 110);
        var begun = city.At(day - 4, 9) + random.Minutes(0, 300);
        steps.Add(new LifeStep(fate == 1 ? city.At(day - 1, 9) : begun, LifeStepKind.Registration, parcel));
        if (fate == 1)
        {
            Scan(city.At(day - 1, 9) + TimeSpan.FromSeconds(2), parcel, ScanEvent.Registered, ScanPlace.None, "Shipment data received");
            Scan(today, parcel, ScanEvent.Cancelled, ScanPlace.None, "Cancelled by the merchant");
            return;
        }
        Scan(begun + TimeSpan.FromMinutes(30), parcel, ScanEvent.PickedUp, ScanPlace.None, "Picked up from the sender");
        switch (fate)
        {
            case 0:
                Scan(city.At(day - 2, 11), parcel, ScanEvent.OutForDelivery, ScanPlace.Depot, "Out for delivery");
                Scan(city.At(day - 2, 13), parcel, ScanEvent.AttemptFailed, ScanPlace.Door, "Address unknown");
                Scan(city.At(day - 1, 9), parcel, ScanEvent.ReturnStarted, ScanPlace.Depot, "Goes back to the sender");
                Scan(today, parcel, ScanEvent.Returned, ScanPlace.None, "Back at the sender");
                break;
            case 2:
                Scan(today, parcel, ScanEvent.Lost, ScanPlace.Hub, "Declared lost");
                break;
            case 3:
                Scan(today - TimeSpan.FromHours(48), parcel, ScanEvent.ArrivedAtFacility, ScanPlace.Hub, "Arrived at the sorting centre");
                break;
            default:
                Scan(city.At(day - 1, 15), parcel, ScanEvent.ReadyForPickup, ScanPlace.None, "Ready at the parcel shop");
                if (random.Chance(0.7))
                    Scan(today, parcel, ScanEvent.Delivered, ScanPlace.None, "Collected");
                break;
        }
    }

    static DateTimeOffset Whole(DateTimeOffset at) => new(at.Ticks - (at.Ticks % TimeSpan.TicksPerSecond), at.Offset);
}
